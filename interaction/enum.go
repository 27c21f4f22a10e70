package interaction

import (
	"fmt"
	"strings"
)

// enumString is the name of v, counted from one, or "kind(v)" outside the names.
func enumString[E ~uint8](kind string, names []string, v E) string {
	if v >= 1 && int(v) <= len(names) {
		return names[v-1]
	}
	return fmt.Sprintf("%s(%d)", kind, v)
}

func enumMarshal[E ~uint8](kind string, names []string, v E) ([]byte, error) {
	if v >= 1 && int(v) <= len(names) {
		return []byte(names[v-1]), nil
	}
	return nil, &FieldError{Field: kind, Value: fmt.Sprint(uint8(v)), Detail: "is not set or not one of its values", Err: ErrInvalid}
}

// enumParse reads a name; a hyphen counts as an underscore.
func enumParse[E ~uint8](kind string, names []string, text []byte, v *E) error {
	want := strings.ReplaceAll(string(text), "-", "_")
	for i, name := range names {
		if name == want {
			*v = E(i + 1)
			return nil
		}
	}
	return &FieldError{Field: kind, Value: shorten(string(text)), Detail: "is not one of " + strings.Join(names, ", "), Err: ErrInvalid}
}

func enumValid[E ~uint8](names []string, v E) bool { return v >= 1 && int(v) <= len(names) }
