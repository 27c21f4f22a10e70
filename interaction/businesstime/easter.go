package businesstime

import (
	"time"

	"github.com/rapport-go/rapport/internal/civil"
)

// Easter is the date of Easter Sunday in the year, by the Gregorian calendar.
//
// Western: the "anonymous Gregorian" algorithm (Nature 13, 1876, p. 487; J. Meeus,
// Astronomical Algorithms, 1991, ch. 8). Orthodox: Meeus' Julian algorithm of the
// same chapter, moved to the Gregorian calendar.
func Easter(year int, rite Rite) Date { return dateOf(easter(year, rite)) }

func easter(year int, rite Rite) int {
	if rite == Orthodox {
		return orthodoxEaster(year)
	}
	a, b, c := mod(year, 19), floorDiv(year, 100), mod(year, 100)
	d, e := floorDiv(b, 4), mod(b, 4)
	f := floorDiv(b+8, 25)
	g := floorDiv(b-f+1, 3)
	h := mod(19*a+b-d-g+15, 30)
	i, k := c/4, c%4
	l := mod(32+2*e+2*i-h-k, 7)
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return civil.Date{Year: year, Month: time.Month(n / 31), Day: n%31 + 1}.Days()
}

func orthodoxEaster(year int) int {
	a, b, c := mod(year, 4), mod(year, 7), mod(year, 19)
	d := (19*c + 15) % 30
	e := (2*a + 4*b - d + 34) % 7
	n := d + e + 114
	julian := civil.Date{Year: year, Month: time.Month(n / 31), Day: n%31 + 1}.Days()
	// Days between the calendars from March of the year on; the algorithm's dates
	// lie in March and April and are read here as if they were Gregorian.
	return julian + floorDiv(year, 100) - floorDiv(year, 400) - 2
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
