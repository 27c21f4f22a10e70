package score

import "strconv"

func enumText(names []string, v uint8) string {
	if int(v) < len(names) {
		return names[v]
	}
	return "unknown " + strconv.Itoa(int(v))
}

// enumMarshal writes the name of a value from lowest on.
func enumMarshal(kind string, names []string, lowest, v uint8) ([]byte, error) {
	if v < lowest || int(v) >= len(names) {
		return nil, faultInt(ErrOutOfRange, kind, int64(v), "no such "+kind)
	}
	return []byte(names[v]), nil
}

func enumUnmarshal(kind string, names []string, lowest uint8, text []byte, into *uint8) error {
	for i, name := range names {
		if i >= int(lowest) && name == string(text) {
			*into = uint8(i) //nolint:gosec // fewer names than 256
			return nil
		}
	}
	return fault(ErrOutOfRange, kind, strconv.Quote(clip(string(text))), "no such "+kind)
}
