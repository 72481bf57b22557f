"""What people type per place and day: clients served, and figures that nothing measures (repurchase, churn, …)."""
