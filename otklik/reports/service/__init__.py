"""The base report on service quality: per question how often each answer was given, and what follows from it."""
