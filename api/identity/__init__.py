"""Who asks: tokens, the keys that prove them, and what a token's claims let its bearer hold."""
