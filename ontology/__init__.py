"""What things are: sightings, tracks, subjects, places, security labels, and how each is written in RDF."""
