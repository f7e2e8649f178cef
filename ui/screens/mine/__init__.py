"""Việc của tôi: the queues of one person's role and the acts each queue waits for."""
