namespace isr {}
