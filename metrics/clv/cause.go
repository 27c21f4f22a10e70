package clv

import "fmt"

// Cause is the kind of a Finding, on which a program may branch.
type Cause uint8

// The kinds of findings.
const (
	// NobodyReturns is a buying rate at 0: there are no repeat purchases, or hardly any.
	NobodyReturns Cause = iota + 1
	// EqualBuying is a distribution of buying rates that has shrunk to a point.
	EqualBuying
	// NobodyLeaves is a dropout at 0: next to nobody is seen to leave, so dropout is not identified.
	NobodyLeaves
	// EqualDropout is a distribution of dropout that has shrunk to a point. How many leave is
	// known; that customers differ in it is not seen.
	EqualDropout
	// AllOrNothing is a distribution that has split into its two ends.
	AllOrNothing
	// EverybodyLeaves is a contract that nobody renews.
	EverybodyLeaves
	// OnlyRepeaters says that no customer without a repeat purchase is in the data. It is a warning
	// and can stand beside Converged.
	OnlyRepeaters
	// NoMeanSpend says that the mean spend over all customers does not exist (q <= 1). It can stand
	// beside Converged.
	NoMeanSpend
	// EqualSpend is a distribution of spend that has shrunk to a point.
	EqualSpend
	// Level is a likelihood without a maximum inside the parameter space.
	Level
	// Vague is a direction of which the data say next to nothing.
	Vague
	// FewCustomers are fewer than ten customers for each parameter. It can stand beside any status.
	FewCustomers
)

var causeNames = [...]string{
	"", "nobody returns", "equal buying", "nobody leaves", "equal dropout", "all or nothing", "everybody leaves",
	"only repeaters", "no mean spend", "equal spend", "level", "vague", "few customers",
}

// String is the cause in words: "nobody leaves".
func (c Cause) String() string {
	if c < NobodyReturns || c > FewCustomers {
		return fmt.Sprintf("Cause(%d)", uint8(c))
	}
	return causeNames[c]
}

// MarshalText writes the cause in words.
func (c Cause) MarshalText() ([]byte, error) {
	if c < NobodyReturns || c > FewCustomers {
		return nil, &ParameterError{Name: "cause", Value: float64(c), Want: "one of the named causes"}
	}
	return []byte(causeNames[c]), nil
}

// UnmarshalText reads a cause in words.
func (c *Cause) UnmarshalText(text []byte) error {
	for i, name := range causeNames {
		if i > 0 && name == string(text) {
			*c = Cause(i)
			return nil
		}
	}
	return fmt.Errorf("%w: %q is no cause", ErrParameter, clip(string(text)))
}

// Finding is one reason for the status of a fit, or a warning beside it.
type Finding struct {
	// Cause is its kind.
	Cause Cause
	// Text says it in words, without a full stop.
	Text string
}
