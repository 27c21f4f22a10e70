package contact

import (
	"fmt"
	"slices"
	"strings"
)

// words are the texts of an enumeration in the order of its constants, from one.
type words string

func (w words) all() []string { return strings.Fields(string(w)) }

func (w words) text(i uint8) string {
	if all := w.all(); i >= 1 && int(i) <= len(all) {
		return all[i-1]
	}
	return fmt.Sprintf("unknown(%d)", i)
}

func (w words) marshal(i uint8) ([]byte, error) {
	if i < 1 || int(i) > len(w.all()) {
		return nil, fmt.Errorf("%w: %d is none of %s", ErrQuestion, i, strings.Join(w.all(), ", "))
	}
	return []byte(w.text(i)), nil
}

func (w words) parse(text []byte) (uint8, error) {
	if i := slices.Index(w.all(), string(text)); i >= 0 {
		return uint8(i + 1), nil //nolint:gosec // a few words
	}
	s := string(text)
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return 0, fmt.Errorf("%w: %q is none of %s", ErrQuestion, s, strings.Join(w.all(), ", "))
}

// Purpose is why a person is contacted.
type Purpose uint8

// The purposes.
const (
	// ServiceReply answers what the customer asked, or tells of their order.
	ServiceReply Purpose = iota + 1
	// RequestedCall is a call that the customer asked for.
	RequestedCall
	// Marketing offers something.
	Marketing
	// Research asks for an opinion.
	Research
	// Collections asks for a payment that is due.
	Collections
)

const purposeWords words = "service_reply requested_call marketing research collections"

// String names the purpose.
func (p Purpose) String() string { return purposeWords.text(uint8(p)) }

// MarshalText writes the name.
func (p Purpose) MarshalText() ([]byte, error) { return purposeWords.marshal(uint8(p)) }

// UnmarshalText reads a name.
func (p *Purpose) UnmarshalText(text []byte) error {
	i, err := purposeWords.parse(text)
	*p = Purpose(i)
	return err
}

// Channel is how a person is contacted.
type Channel uint8

// The channels.
const (
	Call    Channel = iota + 1 // by telephone
	Text                       // SMS
	Message                    // a messenger or push, which rings at once
	Email
	Letter
	Visit
)

const channelWords words = "call text message email letter visit"

// String names the channel.
func (c Channel) String() string { return channelWords.text(uint8(c)) }

// MarshalText writes the name.
func (c Channel) MarshalText() ([]byte, error) { return channelWords.marshal(uint8(c)) }

// UnmarshalText reads a name.
func (c *Channel) UnmarshalText(text []byte) error {
	i, err := channelWords.parse(text)
	*c = Channel(i)
	return err
}

// Audience is in what role a person is contacted.
type Audience uint8

// The audiences.
const (
	Consumer Audience = iota + 1
	Business
)

const audienceWords words = "consumer business"

// String names the audience.
func (a Audience) String() string { return audienceWords.text(uint8(a)) }

// MarshalText writes the name.
func (a Audience) MarshalText() ([]byte, error) { return audienceWords.marshal(uint8(a)) }

// UnmarshalText reads a name.
func (a *Audience) UnmarshalText(text []byte) error {
	i, err := audienceWords.parse(text)
	*a = Audience(i)
	return err
}

// Kind is what gives a rule its force.
type Kind uint8

// The kinds.
const (
	Legal Kind = iota + 1
	Customary
	Personal
)

const kindWords words = "legal customary personal"

// String names the kind.
func (k Kind) String() string { return kindWords.text(uint8(k)) }

// MarshalText writes the name.
func (k Kind) MarshalText() ([]byte, error) { return kindWords.marshal(uint8(k)) }

// UnmarshalText reads a name.
func (k *Kind) UnmarshalText(text []byte) error {
	i, err := kindWords.parse(text)
	*k = Kind(i)
	return err
}

// Standing is what one part of an answer comes to.
type Standing uint8

// The standings.
const (
	Silent Standing = iota + 1 // nothing speaks about the question
	Open
	Closed
)

const standingWords words = "silent open closed"

// String names the standing.
func (s Standing) String() string { return standingWords.text(uint8(s)) }

// MarshalText writes the name.
func (s Standing) MarshalText() ([]byte, error) { return standingWords.marshal(uint8(s)) }

// UnmarshalText reads a name.
func (s *Standing) UnmarshalText(text []byte) error {
	i, err := standingWords.parse(text)
	*s = Standing(i)
	return err
}
