package culture

// Register is how formally a person is addressed: Sie or du, vous or tu, です or
// plain. The zero value is none.
type Register uint8

// The registers.
const (
	Formal Register = iota + 1
	Neutral
	Informal
)

// String is "formal", "neutral" or "informal"; "none" for the zero value.
func (r Register) String() string { return nameOf(r, "register", "formal", "neutral", "informal") }

// MarshalText writes the name; a value that is no register is ErrName.
func (r Register) MarshalText() ([]byte, error) { return named(r, Formal, Informal) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (r *Register) UnmarshalText(text []byte) error { return find(r, text, Formal, Informal) }

// Register answers how formally to address the person, from FormalityDefault. A
// preference names a register ("informal"). Where nothing is known, or a preference
// or pack has a value that names none, the answer is Formal with Ask: a formal tone
// can be eased later, an informal one cannot be taken back.
func (r *Resolver) Register(c Context) Answer[Register] {
	return one(r, c, FormalityDefault, registerOf, Formal)
}

// registerOf reads the value of a fact on FormalityDefault.
func registerOf(value string) (Register, bool) {
	switch value {
	case "first_name_on_invitation", "formal_long", "formal_then_warm", "lei", "quebec_vous",
		"sie_until_invited", "v_form", "vous", "vy":
		return Formal, true
	}
	return byName(value, Informal)
}
