"""Acts on dossiers: intake, handling, supplement, approval, issue, handover, and their queues."""
