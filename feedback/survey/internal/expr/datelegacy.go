package expr

import (
	"math"
	"time"
)

// dateParser collects the parts of a date as V8's DayComposer, TimeComposer and
// TimeZoneComposer do.
type dateParser struct {
	scan dateScanner

	days  []int
	month int // named month, or none
	iso   bool

	clock []int
	noon  int // 0 for am, 12 for pm, or none

	sign, hour, minute int // of the offset; sign 0 means none was read
}

func (p *dateParser) addDay(n int) bool {
	if len(p.days) == 3 {
		return false
	}
	p.days = append(p.days, n)
	return true
}

func (p *dateParser) addClock(n int) bool {
	if len(p.clock) == 4 {
		return false
	}
	p.clock = append(p.clock, n)
	return true
}

func (p *dateParser) endClock(n int) {
	p.addClock(n)
	for len(p.clock) < 4 {
		p.clock = append(p.clock, 0)
	}
}

// expectsClock says whether n may be the next part of the time of day.
func (p *dateParser) expectsClock(n int) bool {
	switch len(p.clock) {
	case 1, 2:
		return n < 60
	case 3:
		return n < 1000
	default:
		return false
	}
}

func (p *dateParser) setZone(hours int) {
	p.sign, p.hour, p.minute = 1, hours, 0
	if hours < 0 {
		p.sign, p.hour = -1, -hours
	}
}

func (p *dateParser) utc() bool { return p.hour == 0 && p.minute == 0 }

func (p *dateParser) parse() bool {
	token := p.standard()
	if token.kind == dateInvalid {
		return false
	}
	numbers := len(p.days) > 0
	for ; token.kind != dateEnd; token = p.scan.advance() {
		ok := true
		switch {
		case token.kind == dateNumber:
			numbers = true
			ok = p.number(token.value)
		case token.kind == dateWord:
			ok = p.word(token, numbers)
		case token.sign() && (p.utc() || len(p.clock) > 0):
			numbers = true
			ok = p.offset(token)
		case (token.sign() || token.is(')')) && numbers:
			ok = false
		}
		if !ok {
			return false
		}
	}
	return true
}

func (p *dateParser) number(n int) bool {
	switch {
	case p.scan.ahead.is(':'):
		p.scan.advance()
		if p.scan.skip(':') {
			if len(p.clock) > 0 {
				return false
			}
			return p.addClock(n) && p.addClock(0)
		}
		if !p.addClock(n) {
			return false
		}
		p.scan.skip('.')
		return true
	case p.scan.skip('.') && p.expectsClock(n):
		p.addClock(n)
		if p.scan.ahead.kind != dateNumber {
			return false
		}
		p.endClock(milliseconds(p.scan.advance()))
		return true
	case p.hour != none && p.minute == none && n < 60:
		p.minute = n
		return true
	case p.expectsClock(n):
		p.endClock(n)
		next := p.scan.ahead
		return next.kind == dateEnd || next.kind == dateBlank || next.zulu() || next.sign()
	default:
		if !p.addDay(n) {
			return false
		}
		p.scan.skip('-')
		return true
	}
}

func (p *dateParser) word(token dateToken, numbers bool) bool {
	switch {
	case token.word == wordHalf && len(p.clock) > 0:
		p.noon = token.value
	case token.word == wordMonth:
		p.month = token.value
		p.scan.skip('-')
	case token.word == wordZone && numbers:
		p.setZone(token.value)
	default:
		return !numbers && p.scan.ahead.kind != dateNumber
	}
	return true
}

func (p *dateParser) offset(token dateToken) bool {
	p.sign = 1
	if token.symbol == '-' {
		p.sign = -1
	}
	n, length := 0, 0
	if p.scan.ahead.kind == dateNumber {
		next := p.scan.advance()
		n, length = next.value, next.length
	}
	switch {
	case p.scan.ahead.is(':'):
		p.hour, p.minute = n, none
	case length == 1 || length == 2:
		p.hour, p.minute = n, 0
	case length == 3 || length == 4:
		p.hour, p.minute = n/100, n%100
	default:
		return false
	}
	return true
}

// milliseconds keeps three digits of a fraction of a second.
func milliseconds(t dateToken) int {
	n := t.value
	switch {
	case t.length == 1:
		return n * 100
	case t.length == 2:
		return n * 10
	}
	for length := min(t.length, 9); length > 3; length-- {
		n /= 10
	}
	return n
}

// standard reads ECMAScript's own format. It gives the end of input when all was read,
// an invalid token when the text is no date, and otherwise the token at which other
// rules take over.
func (p *dateParser) standard() dateToken {
	s := &p.scan
	switch {
	case s.ahead.sign():
		sign := s.advance()
		if !s.ahead.fixed(6) {
			return sign
		}
		year := s.advance().value
		if sign.symbol == '-' {
			if year == 0 {
				return sign
			}
			year = -year
		}
		p.addDay(year)
	case s.ahead.fixed(4):
		p.addDay(s.advance().value)
	default:
		return s.advance()
	}
	for _, limit := range []int{12, 31} {
		if !s.skip('-') {
			break
		}
		if !s.ahead.fixed(2) || s.ahead.value < 1 || s.ahead.value > limit {
			return s.advance()
		}
		p.addDay(s.advance().value)
	}
	if s.ahead.kind != dateWord || s.ahead.word != wordTime {
		if s.ahead.kind != dateEnd {
			return s.advance()
		}
	} else if s.advance(); !p.standardClock() || !p.standardOffset() || s.ahead.kind != dateEnd {
		return dateToken{kind: dateInvalid}
	}
	if p.hour == none && len(p.clock) == 0 {
		p.setZone(0)
	}
	p.iso = true
	return dateToken{kind: dateEnd}
}

func (p *dateParser) standardClock() bool {
	s := &p.scan
	if !s.ahead.fixed(2) || s.ahead.value > 24 {
		return false
	}
	last := s.ahead.value == 24
	p.addClock(s.advance().value)
	if !s.skip(':') || !p.sixtieth(last) {
		return false
	}
	if !s.skip(':') {
		return true
	}
	if !p.sixtieth(last) {
		return false
	}
	if !s.skip('.') {
		return true
	}
	if s.ahead.kind != dateNumber || last && s.ahead.value > 0 {
		return false
	}
	return p.addClock(milliseconds(s.advance()))
}

func (p *dateParser) sixtieth(last bool) bool {
	t := p.scan.ahead
	if !t.fixed(2) || t.value > 59 || last && t.value > 0 {
		return false
	}
	return p.addClock(p.scan.advance().value)
}

func (p *dateParser) standardOffset() bool {
	s := &p.scan
	if s.ahead.zulu() {
		s.advance()
		p.setZone(0)
		return true
	}
	if !s.ahead.sign() {
		return true
	}
	p.sign = 1
	if s.advance().symbol == '-' {
		p.sign = -1
	}
	if s.ahead.fixed(4) {
		n := s.advance().value
		p.hour, p.minute = n/100, n%100
		return p.hour < 24 && p.minute < 60
	}
	if !s.ahead.fixed(2) || s.ahead.value > 23 {
		return false
	}
	p.hour = s.advance().value
	if !s.skip(':') || !s.ahead.fixed(2) || s.ahead.value > 59 {
		return false
	}
	p.minute = s.advance().value
	return true
}

// write puts the parts together, NaN where they are no date.
func (p *dateParser) write(zone *time.Location) float64 {
	year, month, day, ok := p.date()
	if !ok || !p.finishClock() {
		return math.NaN()
	}
	days := makeDay(float64(year), float64(month-1), float64(day))
	local := days*msDay + float64(p.clock[0])*msHour + float64(p.clock[1])*msMinute + float64(p.clock[2])*msSecond + float64(p.clock[3])
	if p.sign == 0 {
		return localToUTC(local, zone)
	}
	if p.hour == none {
		p.hour = 0
	}
	if p.minute == none {
		p.minute = 0
	}
	return timeClip(local - float64(p.sign)*(float64(p.hour)*msHour+float64(p.minute)*msMinute))
}

func (p *dateParser) date() (year, month, day int, ok bool) {
	if len(p.days) < 1 {
		return 0, 0, 0, false
	}
	for len(p.days) < 3 {
		p.days = append(p.days, 1)
	}
	a, b, c := p.days[0], p.days[1], p.days[2]
	first := a >= 1 && a <= 31
	switch {
	case p.month != none && first:
		year, month, day = b, p.month, a
	case p.month != none:
		year, month, day = a, p.month, b
	case p.iso || !first:
		year, month, day = a, b, c
	default:
		year, month, day = c, a, b
	}
	if !p.iso {
		switch {
		case year >= 0 && year <= 49:
			year += 2000
		case year >= 50 && year <= 99:
			year += 1900
		}
	}
	return year, month, day, month >= 1 && month <= 12 && day >= 1 && day <= 31
}

func (p *dateParser) finishClock() bool {
	for len(p.clock) < 4 {
		p.clock = append(p.clock, 0)
	}
	if p.noon != none {
		if p.clock[0] > 12 {
			return false
		}
		p.clock[0] = p.clock[0]%12 + p.noon
	}
	if p.clock[0] == 24 && p.clock[1]+p.clock[2]+p.clock[3] == 0 {
		return true
	}
	return p.clock[0] < 24 && p.clock[1] < 60 && p.clock[2] < 60 && p.clock[3] < 1000
}
