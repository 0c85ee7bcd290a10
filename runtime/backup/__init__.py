"""The log in a file and back: what a back-up of Diurnal is."""
