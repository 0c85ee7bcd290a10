"""What the road asks: a vehicle's first visit or odd hour at a camera, and ways impossible in the time."""
