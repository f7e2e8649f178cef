"""The screens of the program, one folder or module each."""
