"""Who is with whom: meetings, journeys together, encounters at sea, chance, the network."""
