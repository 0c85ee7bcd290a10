"""Raw feed to knowledge: one file a feed, the mapper that runs them, and the publisher that feeds them."""
