"""What was found beside what is true: the measures by which the analytics are judged."""
