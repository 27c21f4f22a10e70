package amount

// With RAPPORT_DECIMAL set, decimal's package variables are changed for this binary.
import _ "github.com/rapport-go/rapport/internal/golden"
