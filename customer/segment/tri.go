package segment

// Tri is a truth value of three. They are ordered, False below Unknown below True, so
// that and is the lesser and or the greater of two.
type Tri uint8

// The truth values.
const (
	False Tri = iota + 1
	Unknown
	True
)

const triWords words = "false unknown true"

// Not turns True into False and back; Unknown stays.
func (t Tri) Not() Tri { return 4 - t }

// String names the value.
func (t Tri) String() string { return triWords.text(uint8(t)) }

// MarshalText writes the name.
func (t Tri) MarshalText() ([]byte, error) { return triWords.marshal(uint8(t)) }

// UnmarshalText reads a name.
func (t *Tri) UnmarshalText(text []byte) error {
	i, err := triWords.parse(text)
	*t = Tri(i)
	return err
}

func truth(b bool) Tri {
	if b {
		return True
	}
	return False
}
