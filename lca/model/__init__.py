"""What a scenario and a factor pack may say."""
