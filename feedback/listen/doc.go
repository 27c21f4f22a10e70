package listen
