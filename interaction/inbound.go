package interaction

// An InboundClass says who or what sent an inbound message.
type InboundClass uint8

// The classes of inbound messages. Only a human message is a contact: the others
// reopen nothing, start and stop no clock, and get no acknowledgement.
const (
	ClassHuman  InboundClass = iota + 1 // a person wrote it
	ClassAuto                           // an automatic reply or notice
	ClassBulk                           // a list or bulk sending
	ClassBounce                         // a delivery report
)

var classNames = []string{"human", "auto", "bulk", "bounce"}

// String names the class.
func (c InboundClass) String() string { return enumString("class", classNames, c) }

// MarshalText writes the name; an unset class is an error.
func (c InboundClass) MarshalText() ([]byte, error) { return enumMarshal("class", classNames, c) }

// UnmarshalText reads a name.
func (c *InboundClass) UnmarshalText(text []byte) error {
	return enumParse("class", classNames, text, c)
}
