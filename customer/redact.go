package customer

import (
	"fmt"
	"io"
	"log/slog"
)

// redacted stands for personal text in what is printed or logged.
const redacted = "[redacted]"

// hide prints a type's name in place of a value, whatever the verb and flags.
func hide(s fmt.State, typeName string) { _, _ = io.WriteString(s, "customer."+typeName+redacted) }

// hidden is the log value of personal text.
func hidden() slog.Value { return slog.StringValue(redacted) }
