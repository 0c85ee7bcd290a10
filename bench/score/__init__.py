"""How well the analytics do on data whose truth is known (`make score`); protocol in docs/scores.md."""
