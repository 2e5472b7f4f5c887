"""What programs may ask and do, noun by noun."""
