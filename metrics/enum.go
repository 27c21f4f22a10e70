package metrics

import "strconv"

func enumText(names []string, v uint8) string {
	if int(v) < len(names) {
		return names[v]
	}
	return "unknown " + strconv.Itoa(int(v))
}

func enumMarshal(kind string, names []string, v uint8) ([]byte, error) {
	if v == 0 || int(v) >= len(names) {
		return nil, faultInt(ErrOutOfRange, kind, int64(v), "no such "+kind)
	}
	return []byte(names[v]), nil
}

func enumUnmarshal(kind string, names []string, text []byte, into *uint8) error {
	for i, name := range names {
		if i > 0 && name == string(text) {
			*into = uint8(i)
			return nil
		}
	}
	return fault(ErrOutOfRange, kind, strconv.Quote(clip(string(text))), "no such "+kind)
}

// clip keeps hostile text short in error messages.
func clip(s string) string {
	const most = 64
	if len(s) > most {
		return s[:most] + "..."
	}
	return s
}
