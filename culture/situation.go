package culture

// Situation is the occasion of a message or a talk. The zero value is none.
type Situation uint8

// The situations.
const (
	FirstContact Situation = iota + 1 // we speak with the person for the first time
	Complaint                         // the person tells us that something went wrong
	Delay                             // we tell the person that something will be late
	Refusal                           // we say no to a wish
	BadNews                           // we tell something that the person will not like
	FollowUp                          // we ask, after the matter, whether all is well
)

// Situations returns all situations, in the order of the list.
func Situations() []Situation {
	return []Situation{FirstContact, Complaint, Delay, Refusal, BadNews, FollowUp}
}

// String is "first_contact", "complaint", "delay", "refusal", "bad_news" or "follow_up";
// "none" for the zero value.
func (s Situation) String() string {
	return nameOf(s, "situation", "first_contact", "complaint", "delay", "refusal", "bad_news", "follow_up")
}

// MarshalText writes the name; a value that is no situation is ErrName.
func (s Situation) MarshalText() ([]byte, error) { return named(s, FirstContact, FollowUp) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (s *Situation) UnmarshalText(text []byte) error { return find(s, text, FirstContact, FollowUp) }

// Act is what one step of a plan does. The zero value is none.
type Act uint8

// The acts.
const (
	Greet       Act = iota + 1 // open, in the person's form of address
	Introduce                  // say who we are and why we are here
	TalkSmall                  // speak of something other than the matter
	TakeAside                  // move to where nobody else listens or reads
	Listen                     // let the person finish, and sum up
	Thank                      // thank for telling, asking or waiting
	Acknowledge                // name what it means for the person
	Apologise                  // express regret
	Clarify                    // ask what is not clear
	Inform                     // say the news
	Decline                    // say no
	Explain                    // give cause and facts
	Offer                      // a remedy, an alternative, a next step
	Confirm                    // sum up what was agreed, and by when
	Close                      // end, with a way to reach us
)

// String is the name in small letters with underscores, such as "take_aside"; "none" for
// the zero value.
func (a Act) String() string {
	return nameOf(a, "act", "greet", "introduce", "talk_small", "take_aside", "listen", "thank", "acknowledge", "apologise",
		"clarify", "inform", "decline", "explain", "offer", "confirm", "close")
}

// MarshalText writes the name; a value that is no act is ErrName.
func (a Act) MarshalText() ([]byte, error) { return named(a, Greet, Close) }

// UnmarshalText reads a name as String writes it; anything else is ErrName.
func (a *Act) UnmarshalText(text []byte) error { return find(a, text, Greet, Close) }
