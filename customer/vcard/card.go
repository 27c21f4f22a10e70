package vcard

// Card is a contact card in the terms of JSContact (RFC 9553 section 2). Every field may
// be absent: the zero value is an empty card. Sets, such as contexts, are lists without
// duplicates; an empty list and none are the same.
//
// An ID names an entry within its list. Decoded entries without one get their position,
// counted from "1".
type Card struct {
	Kept `js:"@Card"`

	UID      string `js:"uid"`
	Kind     string `js:"kind"` // individual, group, org, location, device, application; empty: individual
	Language string `js:"language"`
	ProdID   string `js:"prodId"`
	Created  string `js:"created"` // an instant as 2024-01-31T10:00:00Z
	Updated  string `js:"updated"` // likewise

	Name           Name               `js:"name"`
	Nicknames      List[Nickname]     `js:"nicknames,map"`
	Organizations  List[Organization] `js:"organizations,map"`
	SpeakToAs      SpeakToAs          `js:"speakToAs"`
	Titles         List[Title]        `js:"titles,map"`
	Emails         List[Email]        `js:"emails,map"`
	OnlineServices List[Service]      `js:"onlineServices,map"`
	Phones         List[Phone]        `js:"phones,map"`
	Languages      List[Language]     `js:"preferredLanguages,map"`
	Addresses      List[Address]      `js:"addresses,map"`
	Anniversaries  List[Anniversary]  `js:"anniversaries,map"`
	Keywords       []string           `js:"keywords,set"`
	Notes          List[Note]         `js:"notes,map"`
	PersonalInfo   List[PersonalInfo] `js:"personalInfo,map"`

	Calendars           List[Resource] `js:"calendars,map"`           // kind calendar or freeBusy
	SchedulingAddresses List[Resource] `js:"schedulingAddresses,map"` // without a kind
	CryptoKeys          List[Resource] `js:"cryptoKeys,map"`          // without a kind
	Directories         List[Resource] `js:"directories,map"`         // kind directory or entry
	Links               List[Resource] `js:"links,map"`               // kind contact, or none
	Media               List[Resource] `js:"media,map"`               // kind photo, logo or sound

	MemberUIDs    []string           `js:"members,set"` // UIDs of the members of a group
	RelatedTo     List[Relation]     `js:"relatedTo,map"`
	Localizations List[Localization] `js:"localizations,map"`

	Properties List[Property] `js:"vCardProps,props"` // vCard properties without a home, in their order
}

// Name is the name of the person or thing.
type Name struct {
	Kept `js:"@Name"`

	Full             string              `js:"full"` // as written; never made of the components, nor split into them
	Components       List[NameComponent] `js:"components"`
	Ordered          bool                `js:"isOrdered"`        // the components stand in the order of the name
	DefaultSeparator string              `js:"defaultSeparator"` // between components of an ordered name; empty: not said
	SortAs           []Text              `js:"sortAs,dict"`      // by kind of component
	PhoneticScript   string              `js:"phoneticScript"`   // ISO 15924, of the components' Phonetic
	PhoneticSystem   string              `js:"phoneticSystem"`   // ipa, jyut, piny; empty: none stated
}

// NameComponent is one part of a name.
type NameComponent struct {
	Kept `js:"@NameComponent"`

	Kind     string `js:"kind"` // title, given, given2, surname, surname2, generation, credential, separator
	Value    string `js:"value"`
	Phonetic string `js:"phonetic"` // how it is read
}

// Nickname is another name that a person goes by.
type Nickname struct {
	Kept `js:"@Nickname"`

	ID       string   `js:"#"`
	Name     string   `js:"name"`
	Contexts []string `js:"contexts,set"` // private, work
	Pref     int      `js:"pref,pref"`    // 1 (most preferred) to 100; 0: not said
}

// Organization is a company or other organisation with the units that the person is in.
type Organization struct {
	Kept `js:"@Organization"`

	ID       string        `js:"#"`
	Name     string        `js:"name"`
	Units    List[OrgUnit] `js:"units"` // from the greatest to the smallest
	SortAs   string        `js:"sortAs"`
	Contexts []string      `js:"contexts,set"`
}

// OrgUnit is a unit of an organisation.
type OrgUnit struct {
	Kept `js:"@OrgUnit"`

	Name   string `js:"name"`
	SortAs string `js:"sortAs"`
}

// Title is a job title or role.
type Title struct {
	Kept `js:"@Title"`

	ID             string `js:"#"`
	Name           string `js:"name"`
	Kind           string `js:"kind"`           // title or role; empty: title
	OrganizationID string `js:"organizationId"` // an ID of Organizations; a vCard says it by a group
}

// SpeakToAs says how to address the person. It is never derived from a name or a gender.
type SpeakToAs struct {
	Kept `js:"@SpeakToAs"`

	GrammaticalGender string         `js:"grammaticalGender"` // animate, common, feminine, inanimate, masculine, neuter
	Pronouns          List[Pronouns] `js:"pronouns,map"`
}

// Pronouns is one set of pronouns; its language is the kept parameter "language".
type Pronouns struct {
	Kept `js:"@Pronouns"`

	ID       string   `js:"#"`
	Pronouns string   `js:"pronouns"`
	Contexts []string `js:"contexts,set"`
	Pref     int      `js:"pref,pref"`
}

// Email is an e-mail address.
type Email struct {
	Kept `js:"@EmailAddress"`

	ID       string   `js:"#"`
	Address  string   `js:"address"` // as written
	Contexts []string `js:"contexts,set"`
	Pref     int      `js:"pref,pref"`
	Label    string   `js:"label"`
}

// Service is an online service or instant messenger.
type Service struct {
	Kept `js:"@OnlineService"`

	ID           string   `js:"#"`
	Service      string   `js:"service"`
	URI          string   `js:"uri"`
	User         string   `js:"user"`
	Contexts     []string `js:"contexts,set"`
	Pref         int      `js:"pref,pref"`
	Label        string   `js:"label"`
	PropertyName string   `js:"vCardName"` // impp for what came from IMPP
}

// Phone is a phone number as written.
type Phone struct {
	Kept `js:"@Phone"`

	ID       string   `js:"#"`
	Number   string   `js:"number"`       // free text or a URI, such as tel:+81-3-1234-5678
	Features []string `js:"features,set"` // mobile, voice, text, fax, pager, video, textphone, main-number
	Contexts []string `js:"contexts,set"`
	Pref     int      `js:"pref,pref"`
	Label    string   `js:"label"`
}

// Language is a language that the person wants to be written to in.
type Language struct {
	Kept `js:"@LanguagePref"`

	ID       string   `js:"#"`
	Language string   `js:"language"` // BCP 47, as written
	Contexts []string `js:"contexts,set"`
	Pref     int      `js:"pref,pref"`
}

// Address is a postal address, or what is known of it: a zone or a place alone.
type Address struct {
	Kept `js:"@Address"`

	ID               string                 `js:"#"`
	Components       List[AddressComponent] `js:"components"`
	Ordered          bool                   `js:"isOrdered"`
	DefaultSeparator string                 `js:"defaultSeparator"`
	Full             string                 `js:"full"`
	CountryCode      string                 `js:"countryCode"` // ISO 3166-1 alpha-2
	Coordinates      string                 `js:"coordinates"` // a geo URI, RFC 5870
	TimeZone         string                 `js:"timeZone"`    // an IANA name
	Contexts         []string               `js:"contexts,set"`
	Pref             int                    `js:"pref,pref"`
	PhoneticScript   string                 `js:"phoneticScript"`
	PhoneticSystem   string                 `js:"phoneticSystem"`
}

// AddressComponent is one part of an address.
type AddressComponent struct {
	Kept `js:"@AddressComponent"`

	Kind     string `js:"kind"` // of RFC 9553 section 2.5.1: name (of a street), locality, postcode, ...
	Value    string `js:"value"`
	Phonetic string `js:"phonetic"`
}

// Anniversary is a day to remember.
type Anniversary struct {
	Kept `js:"@Anniversary"`

	ID    string  `js:"#"`
	Kind  string  `js:"kind"` // birth, death, wedding
	Date  Date    `js:"date,date"`
	Place Address `js:"place"`
}

// Date is a partial date, whose unknown parts are zero, or an instant. The zero value is
// no date, nor is a month alone: a BDAY of --04 stays a kept property, and [Card.Birth]
// gives it.
type Date struct {
	Kept `js:"@PartialDate"`

	Year          int    `js:"year"`          // 1 to 9999
	Month         int    `js:"month"`         // 1 to 12
	Day           int    `js:"day"`           // 1 to 31
	CalendarScale string `js:"calendarScale"` // empty: gregorian
	UTC           string `js:"utc"`           // an instant as 1953-10-15T23:10:00Z, and no other part
}

// Note is a free text about the person.
type Note struct {
	Kept `js:"@Note"`

	ID      string `js:"#"`
	Note    string `js:"note"`
	Created string `js:"created"` // an instant as 2024-01-31T10:00:00Z
	Author  Author `js:"author"`
}

// Author is who wrote a note.
type Author struct {
	Kept `js:"@Author"`

	Name string `js:"name"`
	URI  string `js:"uri"`
}

// PersonalInfo is an expertise, a hobby or an interest.
type PersonalInfo struct {
	Kept `js:"@PersonalInfo"`

	ID     string `js:"#"`
	Kind   string `js:"kind"` // expertise, hobby, interest
	Value  string `js:"value"`
	Level  string `js:"level"` // high, medium, low
	ListAs int    `js:"listAs"`
	Label  string `js:"label"`
}

// Resource is something at a URI: a link, a picture, a key, a calendar, a directory.
type Resource struct {
	Kept `js:"@*"`

	ID        string   `js:"#"`
	Kind      string   `js:"kind"`
	URI       string   `js:"uri"` // data URIs included
	MediaType string   `js:"mediaType"`
	Contexts  []string `js:"contexts,set"`
	Pref      int      `js:"pref,pref"`
	Label     string   `js:"label"`
	ListAs    int      `js:"listAs"` // of directories
}

// Relation is another card or person that this one is related to.
type Relation struct {
	Kept `js:"@Relation"`

	UID       string   `js:"#"`            // of the other card, or free text
	Relations []string `js:"relation,set"` // friend, spouse, parent, ...; empty: not said
}

// Localization holds what differs in another language: each member is a path into the
// card and the value that stands there in that language (RFC 9553 section 2.7.1).
type Localization struct {
	Kept `js:"@-"`

	Language string `js:"#"`
}
