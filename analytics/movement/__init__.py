"""How a subject moves and stays: stays by change points, modes of movement, corridors of repeated trips."""
