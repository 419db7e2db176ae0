"""WebSub: subscriptions to hubs, and the HTTP callback that hubs push to."""
