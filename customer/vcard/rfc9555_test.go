package vcard_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/customer/vcard"
)

// conversion is one row of RFC 9555: lines of a card, what they are in JSContact, and
// how 4.0 writes them again.
type conversion struct {
	section string // of RFC 9555, unless it says another
	lines   []string
	want    string   // members of the JSContact card, without uid and name
	written []string // lines that 4.0 writes; nil: those of lines
}

// parameterRows are section 2.3, vCard parameters.
func parameterRows() []conversion {
	return []conversion{
		{"2.3.1 ALTID without an alternative", []string{"TITLE;ALTID=1:Boss"}, `"titles":{"1":{"name":"Boss","vCardParams":{"altid":"1"}}}`, nil},
		{"2.3.2 AUTHOR, 2.3.3 AUTHOR-NAME, 2.3.6 CREATED", []string{`NOTE;CREATED=20221123T150132Z;AUTHOR="mailto:john@example.com";AUTHOR-NAME="John Doe":x`}, `"notes":{"1":{"note":"x","created":"2022-11-23T15:01:32Z","author":{"name":"John Doe","uri":"mailto:john@example.com"}}}`, nil},
		{"2.3.4 CALSCALE", []string{"BDAY;CALSCALE=hebrew:57451230"}, `"anniversaries":{"1":{"kind":"birth","date":{"@type":"PartialDate","year":5745,"month":12,"day":30,"calendarScale":"hebrew"}}}`, nil},
		{"2.3.5 CC", []string{"ADR;CC=DE:;;;Bonn;;;"}, `"addresses":{"1":{"components":[{"kind":"locality","value":"Bonn"}],"countryCode":"DE"}}`, nil},
		{"2.3.7 DERIVED", []string{"FN;DERIVED=TRUE:Jane Doe"}, ``, []string{"FN;DERIVED=TRUE:"}},
		{"2.3.8 GEO, 2.3.23 TZ", []string{`ADR;GEO="geo:12.34,-5.6";TZ=Asia/Tokyo:;;;x;;;`}, `"addresses":{"1":{"components":[{"kind":"locality","value":"x"}],"coordinates":"geo:12.34,-5.6","timeZone":"Asia/Tokyo"}}`, nil},
		{"2.3.9 GROUP", []string{"contact.X-FOO:bar", "work.TEL:1"}, `"phones":{"1":{"number":"1","vCardParams":{"group":"work"}}},"vCardProps":[["x-foo",{"group":"contact"},"unknown","bar"]]`, nil},
		{"2.3.10 INDEX, 2.3.13 LEVEL", []string{"EXPERTISE;LEVEL=beginner;INDEX=2:a"}, `"personalInfo":{"1":{"kind":"expertise","value":"a","level":"low","listAs":2}}`, nil},
		{"2.3.11 LANGUAGE of an alternative", []string{"NOTE;ALTID=1:yes", "NOTE;ALTID=1;LANGUAGE=fr:oui"}, `"notes":{"1":{"note":"yes"}},"localizations":{"fr":{"notes/1/note":"oui"}}`, nil},
		{"2.3.11 LANGUAGE of one line", []string{"NOTE;LANGUAGE=fr:oui"}, `"notes":{"1":{"note":"oui","vCardParams":{"language":"fr"}}}`, nil},
		{"2.3.12 LABEL", []string{`ADR;LABEL="1 Main St^nTown":;;1 Main St;Town;;;`}, `"addresses":{"1":{"components":[{"kind":"name","value":"1 Main St"},{"kind":"locality","value":"Town"}],"full":"1 Main St\nTown"}}`, nil},
		{"2.3.14 MEDIATYPE", []string{"SOUND;MEDIATYPE=audio/ogg:https://example.com/a"}, `"media":{"1":{"kind":"sound","uri":"https://example.com/a","mediaType":"audio/ogg"}}`, nil},
		{"2.3.15 PHONETIC, 2.3.19 SCRIPT of ADR", []string{"ADR;ALTID=1:;;;山;;;", "ADR;ALTID=1;PHONETIC=piny;SCRIPT=Latn:;;;shan;;;"}, `"addresses":{"1":{"components":[{"kind":"locality","value":"山","phonetic":"shan"}],"phoneticScript":"Latn","phoneticSystem":"piny"}}`, nil},
		{"2.3.16 PID", []string{"EMAIL;PID=4.1,5.2:a@example.com"}, `"emails":{"1":{"address":"a@example.com","vCardParams":{"pid":["4.1","5.2"]}}}`, nil},
		{"2.3.17 PREF", []string{"EMAIL;PREF=100:a@example.com"}, `"emails":{"1":{"address":"a@example.com","pref":100}}`, nil},
		{"2.3.18 PROP-ID", []string{"EMAIL;PROP-ID=e-1_x:a@example.com"}, `"emails":{"e-1_x":{"address":"a@example.com"}}`, nil},
		{"2.3.20 SERVICE-TYPE, 2.3.24 USERNAME", []string{"SOCIALPROFILE;SERVICE-TYPE=Mastodon;USERNAME=foo:https://example.com/@foo"}, `"onlineServices":{"1":{"service":"Mastodon","uri":"https://example.com/@foo","user":"foo"}}`, nil},
		{"2.3.21 SORT-AS of ORG", []string{`ORG;SORT-AS="ABC","North":ABC\, Inc.;North`}, `"organizations":{"1":{"name":"ABC, Inc.","units":[{"name":"North","sortAs":"North"}],"sortAs":"ABC"}}`, []string{`ORG;SORT-AS=ABC,North:ABC\, Inc.;North`}},
		{"2.3.22 TYPE: contexts", []string{"URL;TYPE=work,home:https://example.com"}, `"links":{"1":{"uri":"https://example.com","contexts":{"work":true,"private":true}}}`, nil},
		{"2.3.22 TYPE: features", []string{"TEL;TYPE=cell,voice,text,fax,pager,video,textphone,main-number:1"}, `"phones":{"1":{"number":"1","features":{"mobile":true,"voice":true,"text":true,"fax":true,"pager":true,"video":true,"textphone":true,"main-number":true}}}`, []string{"TEL;TYPE=cell,voice,text,fax,pager,video,textphone,main-number:1"}},
		{"2.3.22 TYPE: billing, delivery (RFC 9554 section 5.1)", []string{"ADR;TYPE=billing,delivery:;;;x;;;"}, `"addresses":{"1":{"components":[{"kind":"locality","value":"x"}],"contexts":{"billing":true,"delivery":true}}}`, nil},
		{"2.3.22 TYPE that is none of JSContact", []string{"EMAIL;TYPE=INTERNET:a@example.com"}, `"emails":{"1":{"address":"a@example.com","vCardParams":{"type":"INTERNET"}}}`, nil},
		{"2.3.25 VALUE of a kept property", []string{"X-FOO;VALUE=uri:a:b"}, `"vCardProps":[["x-foo",{},"uri","a:b"]]`, nil},
	}
}

// propertyRows are sections 2.4 to 2.13, vCard properties.
func propertyRows() []conversion {
	return []conversion{
		{"2.4.2 KIND", []string{"KIND:org"}, `"kind":"org"`, nil},
		{"2.4.3 SOURCE", []string{"SOURCE:https://dir.example.com/a.vcf"}, `"directories":{"1":{"kind":"entry","uri":"https://dir.example.com/a.vcf"}}`, nil},
		{"2.4.4 XML", []string{`XML:<config xmlns="x"/>`}, `"vCardProps":[["xml",{},"unknown","<config xmlns=\"x\"/>"]]`, nil},
		{"2.5.1 BDAY, BIRTHPLACE", []string{"BDAY:19531015T231000Z", "BIRTHPLACE:Mitchell\\, South Dakota"}, `"anniversaries":{"1":{"kind":"birth","date":{"@type":"Timestamp","utc":"1953-10-15T23:10:00Z"},"place":{"full":"Mitchell, South Dakota"}}}`, nil},
		{"2.5.1 DEATHDATE, DEATHPLACE", []string{"DEATHDATE:19960415", "DEATHPLACE;VALUE=uri:geo:41.73,-49.95"}, `"anniversaries":{"1":{"kind":"death","date":{"@type":"PartialDate","year":1996,"month":4,"day":15},"place":{"coordinates":"geo:41.73,-49.95"}}}`, nil},
		{"2.5.1 ANNIVERSARY", []string{"ANNIVERSARY:1986-02"}, `"anniversaries":{"1":{"kind":"wedding","date":{"@type":"PartialDate","year":1986,"month":2}}}`, nil},
		{"2.5.1 a date as a text", []string{"DEATHDATE;VALUE=text:circa 1800"}, `"vCardProps":[["deathdate",{},"text","circa 1800"]]`, nil},
		{"2.2.2 a month or a day alone is no PartialDate", []string{"BDAY:--04", "ANNIVERSARY:---12"}, `"vCardProps":[["bday",{},"unknown","--04"],["anniversary",{},"unknown","---12"]]`, nil},
		{"2.2.2 a local time", []string{"BDAY:19531015T231000"}, `"vCardProps":[["bday",{},"unknown","19531015T231000"]]`, nil},
		{"2.5.3 GENDER", []string{"GENDER:O;it"}, `"vCardProps":[["gender",{},"unknown","O;it"]]`, nil},
		{"2.5.4 GRAMGENDER, PRONOUNS", []string{"GRAMGENDER:neuter", "PRONOUNS;LANGUAGE=en;PREF=2:they/them", "PRONOUNS;LANGUAGE=en;PREF=1:xe/xir"}, `"speakToAs":{"grammaticalGender":"neuter","pronouns":{"1":{"pronouns":"they/them","pref":2,"vCardParams":{"language":"en"}},"2":{"pronouns":"xe/xir","pref":1,"vCardParams":{"language":"en"}}}}`, []string{"GRAMGENDER:neuter", "PRONOUNS;PREF=2;LANGUAGE=en:they/them", "PRONOUNS;PREF=1;LANGUAGE=en:xe/xir"}},
		{"2.5.4 GRAMGENDER in two languages", []string{"GRAMGENDER;LANGUAGE=de:feminine", "GRAMGENDER;LANGUAGE=fr:masculine"}, `"speakToAs":{"grammaticalGender":"feminine","vCardParams":{"language":"de"}},"localizations":{"fr":{"speakToAs/grammaticalGender":"masculine"}}`, nil},
		{"2.5.6 NICKNAME", []string{"NICKNAME;TYPE=work:Boss"}, `"nicknames":{"1":{"name":"Boss","contexts":{"work":true}}}`, nil},
		{"2.5.6 NICKNAME, a list", []string{"NICKNAME:Jim,Jimmie"}, `"nicknames":{"1":{"name":"Jim"},"2":{"name":"Jimmie"}}`, []string{"NICKNAME:Jim", "NICKNAME:Jimmie"}},
		{"2.5.7 PHOTO", []string{"PHOTO:https://example.com/a.gif"}, `"media":{"1":{"kind":"photo","uri":"https://example.com/a.gif"}}`, nil},
		{"2.6.1 ADR of RFC 6350", []string{"ADR:box;apt;street;town;reg;code;land"}, `"addresses":{"1":{"components":[{"kind":"postOfficeBox","value":"box"},{"kind":"apartment","value":"apt"},{"kind":"name","value":"street"},{"kind":"locality","value":"town"},{"kind":"region","value":"reg"},{"kind":"postcode","value":"code"},{"kind":"country","value":"land"}]}}`, nil},
		{"2.6.1 ADR of RFC 9554", []string{"ADR:b;f;s;l;r;p;c;7;8;9;10;11;12;13;14;15;16;17"}, `"addresses":{"1":{"components":[{"kind":"postOfficeBox","value":"b"},{"kind":"locality","value":"l"},{"kind":"region","value":"r"},{"kind":"postcode","value":"p"},{"kind":"country","value":"c"},{"kind":"room","value":"7"},{"kind":"apartment","value":"8"},{"kind":"floor","value":"9"},{"kind":"number","value":"10"},{"kind":"name","value":"11"},{"kind":"building","value":"12"},{"kind":"block","value":"13"},{"kind":"subdistrict","value":"14"},{"kind":"district","value":"15"},{"kind":"landmark","value":"16"},{"kind":"direction","value":"17"}]}}`, []string{"ADR:b;12,9,8,7;10,11,13;l;r;p;c;7;8;9;10;11;12;13;14;15;16;17"}},
		{"2.7.1 EMAIL", []string{"EMAIL;TYPE=work:a@example.com", "EMAIL;PREF=1:b@example.com"}, `"emails":{"1":{"address":"a@example.com","contexts":{"work":true}},"2":{"address":"b@example.com","pref":1}}`, nil},
		{"2.7.2 IMPP", []string{"IMPP;PREF=1:xmpp:alice@example.com"}, `"onlineServices":{"1":{"uri":"xmpp:alice@example.com","pref":1,"vCardName":"impp"}}`, nil},
		{"2.7.3 LANG", []string{"LANG;TYPE=work;PREF=1:en", "LANG;TYPE=home:fr"}, `"preferredLanguages":{"1":{"language":"en","contexts":{"work":true},"pref":1},"2":{"language":"fr","contexts":{"private":true}}}`, nil},
		{"2.7.4 LANGUAGE", []string{"LANGUAGE:de-AT"}, `"language":"de-AT"`, nil},
		{"2.7.5 SOCIALPROFILE", []string{"SOCIALPROFILE;SERVICE-TYPE=Foo;VALUE=text:peter94"}, `"onlineServices":{"1":{"service":"Foo","user":"peter94"}}`, nil},
		{"2.7.6 TEL", []string{"TEL;TYPE=home;VALUE=uri:tel:+33-01-23-45-67"}, `"phones":{"1":{"number":"tel:+33-01-23-45-67","contexts":{"private":true}}}`, nil},
		{"2.8.1 GEO", []string{"GEO:geo:37.386013,-122.082932"}, `"addresses":{"1":{"coordinates":"geo:37.386013,-122.082932"}}`, nil},
		{"2.8.2 TZ, a name", []string{"TZ:America/New_York"}, `"addresses":{"1":{"timeZone":"America/New_York"}}`, nil},
		{"2.8.2 TZ, an offset", []string{"TZ;VALUE=utc-offset:-0500"}, `"addresses":{"1":{"timeZone":"Etc/GMT+5"}}`, []string{"TZ:Etc/GMT+5"}},
		{"2.8.2 TZ, an offset of half an hour", []string{"TZ;VALUE=utc-offset:+0530"}, `"vCardProps":[["tz",{},"utc-offset","+0530"]]`, nil},
		{"2.8.3 geography of a group", []string{"item1.GEO:geo:48.85,2.35", "item1.ADR:;;;Paris;;;", "item1.TZ:Europe/Paris"}, `"addresses":{"1":{"components":[{"kind":"locality","value":"Paris"}],"coordinates":"geo:48.85,2.35","timeZone":"Europe/Paris","vCardParams":{"group":"item1"}}}`, []string{`item1.ADR;GEO="geo:48.85,2.35";TZ=Europe/Paris:;;;Paris;;;`}},
		{"2.8.3 geography that says more", []string{"item1.ADR:;;;Paris;;;", "item1.GEO;PREF=1:geo:48.85,2.35"}, `"addresses":{"1":{"components":[{"kind":"locality","value":"Paris"}],"vCardParams":{"group":"item1"}},"2":{"coordinates":"geo:48.85,2.35","pref":1,"vCardParams":{"group":"item1"}}}`, nil},
		{"2.8.3 two addresses in the group", []string{"item1.ADR:;;;Paris;;;", "item1.ADR:;;;Lyon;;;", "item1.TZ:Europe/Paris"}, `"addresses":{"1":{"components":[{"kind":"locality","value":"Paris"}],"vCardParams":{"group":"item1"}},"2":{"components":[{"kind":"locality","value":"Lyon"}],"vCardParams":{"group":"item1"}},"3":{"timeZone":"Europe/Paris","vCardParams":{"group":"item1"}}}`, nil},
		{"2.9.1 CONTACT-URI", []string{"CONTACT-URI;PREF=1:mailto:contact@example.com"}, `"links":{"1":{"kind":"contact","uri":"mailto:contact@example.com","pref":1}}`, nil},
		{"2.9.2 LOGO", []string{"LOGO:https://example.com/a.png"}, `"media":{"1":{"kind":"logo","uri":"https://example.com/a.png"}}`, nil},
		{"2.9.3 MEMBER", []string{"KIND:group", "MEMBER:urn:uuid:03a0e51f-d1aa-4385-8a53-e29025acd8af"}, `"kind":"group","members":{"urn:uuid:03a0e51f-d1aa-4385-8a53-e29025acd8af":true}`, nil},
		{"2.9.4 ORG", []string{"ORG:ABC\\, Inc.;North American Division;Marketing"}, `"organizations":{"1":{"name":"ABC, Inc.","units":[{"name":"North American Division"},{"name":"Marketing"}]}}`, nil},
		{"2.9.5 RELATED", []string{"RELATED;TYPE=friend:urn:uuid:f81d4fae", "RELATED;TYPE=contact:https://example.com/directory/john.vcf", "RELATED;VALUE=text:Please contact Jane"}, `"relatedTo":{"urn:uuid:f81d4fae":{"relation":{"friend":true}},"https://example.com/directory/john.vcf":{"relation":{"contact":true}},"Please contact Jane":{}}`, nil},
		{"2.9.6 TITLE, ROLE", []string{"TITLE:Research Scientist", "item1.ROLE:Project Leader", "item1.ORG:ABC\\, Inc."}, `"organizations":{"1":{"name":"ABC, Inc."}},"titles":{"1":{"name":"Research Scientist"},"2":{"name":"Project Leader","kind":"role","organizationId":"1"}}`, nil},
		{"2.9.6 a group with more in it", []string{"a.ORG:A", "a.TITLE:T", "a.X-B:c"}, `"organizations":{"1":{"name":"A","vCardParams":{"group":"a"}}},"titles":{"1":{"name":"T","organizationId":"1","vCardParams":{"group":"a"}}},"vCardProps":[["x-b",{"group":"a"},"unknown","c"]]`, nil},
		{"2.9.6 a numbered group with more in it", []string{"item1.ORG:A", "item1.TITLE:T", "item1.X-B:c"}, `"organizations":{"1":{"name":"A","vCardParams":{"group":"item1"}}},"titles":{"1":{"name":"T","organizationId":"1","vCardParams":{"group":"item1"}}},"vCardProps":[["x-b",{"group":"item1"},"unknown","c"]]`, nil},
		{"2.9.6 two organisations in the group", []string{"a.ORG:A", "a.ORG:B", "a.TITLE:T"}, `"organizations":{"1":{"name":"A","vCardParams":{"group":"a"}},"2":{"name":"B","vCardParams":{"group":"a"}}},"titles":{"1":{"name":"T","vCardParams":{"group":"a"}}}`, nil},
		{"2.10.1 EXPERTISE", []string{"EXPERTISE;LEVEL=average;INDEX=1:chemistry"}, `"personalInfo":{"1":{"kind":"expertise","value":"chemistry","level":"medium","listAs":1}}`, nil},
		{"2.10.2 HOBBY", []string{"HOBBY;LEVEL=high;INDEX=1:reading"}, `"personalInfo":{"1":{"kind":"hobby","value":"reading","level":"high","listAs":1}}`, nil},
		{"2.10.3 INTEREST", []string{"INTEREST;LEVEL=medium;INDEX=1:r&b music"}, `"personalInfo":{"1":{"kind":"interest","value":"r&b music","level":"medium","listAs":1}}`, nil},
		{"2.10.4 ORG-DIRECTORY", []string{"ORG-DIRECTORY;PREF=1;INDEX=1:ldap://ldap.tech.example/o=Tech,ou=Eng"}, `"directories":{"1":{"kind":"directory","uri":"ldap://ldap.tech.example/o=Tech,ou=Eng","pref":1,"listAs":1}}`, nil},
		{"2.11.1 CATEGORIES", []string{"CATEGORIES:internet,IETF,ind\\,ustry"}, `"keywords":{"internet":true,"IETF":true,"ind,ustry":true}`, nil},
		{"2.11.2 CLIENTPIDMAP", []string{"CLIENTPIDMAP:1;urn:uuid:3df403f4-5924-4bb7-b077-3c711d9eb34b"}, `"vCardProps":[["clientpidmap",{},"unknown","1;urn:uuid:3df403f4-5924-4bb7-b077-3c711d9eb34b"]]`, nil},
		{"2.11.3 CREATED", []string{"CREATED:20220705T093412Z"}, `"created":"2022-07-05T09:34:12Z"`, nil},
		{"2.11.4 NOTE", []string{"NOTE:a\\nb"}, `"notes":{"1":{"note":"a\nb"}}`, nil},
		{"2.11.5 PRODID", []string{"PRODID:ACME Contacts App version 1.23.5"}, `"prodId":"ACME Contacts App version 1.23.5"`, nil},
		{"2.11.6 REV", []string{"REV:19951031T222710Z"}, `"updated":"1995-10-31T22:27:10Z"`, nil},
		{"2.11.6 REV that is no instant", []string{"REV:20240131T240000Z", "CREATED:20230229T000000Z"}, `"vCardProps":[["rev",{},"unknown","20240131T240000Z"],["created",{},"unknown","20230229T000000Z"]]`, nil},
		{"2.11.7 SOUND", []string{"SOUND:cid:a@host.example"}, `"media":{"1":{"kind":"sound","uri":"cid:a@host.example"}}`, nil},
		{"2.11.9 URL", []string{"URL:https://example.org/a"}, `"links":{"1":{"uri":"https://example.org/a"}}`, nil},
		{"2.11.11 X-ABLabel", []string{"item1.TEL:1", "item1.X-ABLabel:foo"}, `"phones":{"1":{"number":"1","label":"foo"}}`, nil},
		{"2.12.1 KEY", []string{"KEY:https://example.com/keys/jdoe"}, `"cryptoKeys":{"1":{"uri":"https://example.com/keys/jdoe"}}`, nil},
		{"2.13.1 CALADRURI", []string{"CALADRURI;PREF=1:mailto:janedoe@example.com"}, `"schedulingAddresses":{"1":{"uri":"mailto:janedoe@example.com","pref":1}}`, nil},
		{"2.13.2 CALURI", []string{"CALURI;PREF=1:https://cal.example.com/calA"}, `"calendars":{"1":{"kind":"calendar","uri":"https://cal.example.com/calA","pref":1}}`, nil},
		{"2.13.3 FBURL", []string{"FBURL;MEDIATYPE=text/calendar:https://example.com/busy"}, `"calendars":{"1":{"kind":"freeBusy","uri":"https://example.com/busy","mediaType":"text/calendar"}}`, nil},
		{"2.14 extended properties and parameters, 2.15.1 vCardProps", []string{"X-FOO;X-BAR=Hello,World:Hi"}, `"vCardProps":[["x-foo",{"x-bar":["Hello","World"]},"unknown","Hi"]]`, nil},
		{"2.15.2 vCardParams", []string{"EMAIL;X-FOO=Bar:jane_doe@example.com"}, `"emails":{"1":{"address":"jane_doe@example.com","vCardParams":{"x-foo":"Bar"}}}`, nil},
		{"3.2.1 JSPROP, 3.3.2 JSPTR", []string{`JSPROP;JSPTR="example.com:foo":"bar"`, `TEL;PROP-ID=p1:1`, `JSPROP;JSPTR="phones/p1/example.com:x":5`}, `"phones":{"p1":{"number":"1","example.com:x":5}},"example.com:foo":"bar"`, []string{"TEL;PROP-ID=p1:1", `JSPROP;JSPTR="phones/p1/example.com:x":5`, `JSPROP;JSPTR="example.com:foo":"bar"`}},
		{"3.3.1 JSCOMPS of ADR", []string{`ADR;JSCOMPS="s,\, ;11;s, ;10;3":;;;Oberkirch;;;;;;;54321;Oak St;;;;;;`}, `"addresses":{"1":{"components":[{"kind":"name","value":"Oak St"},{"kind":"separator","value":" "},{"kind":"number","value":"54321"},{"kind":"locality","value":"Oberkirch"}],"isOrdered":true,"defaultSeparator":", "}}`, []string{`ADR;JSCOMPS="s,\, ;11;s, ;10;3":;;54321,Oak St;Oberkirch;;;;;;;54321;Oak St;;;;;;`}},
	}
}

// nameRows are sections 2.5.2 and 2.5.5; want is the member name.
func nameRows() []conversion {
	return []conversion{
		{"2.5.2 FN", []string{"FN:John Q. Public\\, Esq."}, `{"full":"John Q. Public, Esq."}`, nil},
		{"2.5.5 N, table 1", []string{"FN:X", "N:a;b;c;d;e;;"}, `{"full":"X","components":[{"kind":"title","value":"d"},{"kind":"given","value":"b"},{"kind":"given2","value":"c"},{"kind":"surname","value":"a"},{"kind":"credential","value":"e"}]}`, []string{"FN:X", "N:a;b;c;d;e"}},
		{"2.5.5 a secondary surname is not repeated from the family names", []string{"FN:X", "N:Lopez,Garcia;Maria;;;;Garcia;"}, `{"full":"X","components":[{"kind":"given","value":"Maria"},{"kind":"surname","value":"Lopez"},{"kind":"surname2","value":"Garcia"}]}`, nil},
		{"2.5.5 nor a generation from the suffixes", []string{"FN:X", "N:Doe;John;;;PhD,Jr.;;Jr."}, `{"full":"X","components":[{"kind":"given","value":"John"},{"kind":"surname","value":"Doe"},{"kind":"generation","value":"Jr."},{"kind":"credential","value":"PhD"}]}`, nil},
		{"2.5.5 a repeat that stands first", []string{"FN:X", "N:Garcia,Lopez;Maria;;;;Garcia;"}, `{"full":"X","components":[{"kind":"given","value":"Maria"},{"kind":"surname","value":"Lopez"},{"kind":"surname2","value":"Garcia"}]}`, []string{"N:Lopez,Garcia;Maria;;;;Garcia;"}},
		{"2.5.5 two equal surnames are two", []string{"FN:X", "N:Garcia,Garcia;Maria;;;;Garcia;"}, `{"full":"X","components":[{"kind":"given","value":"Maria"},{"kind":"surname","value":"Garcia"},{"kind":"surname2","value":"Garcia"}]}`, nil},
		{"2.5.5 a surname is always left", []string{"FN:X", "N:Garcia;Maria;;;;Garcia;"}, `{"full":"X","components":[{"kind":"given","value":"Maria"},{"kind":"surname","value":"Garcia"},{"kind":"surname2","value":"Garcia"}]}`, []string{"N:Garcia,Garcia;Maria;;;;Garcia;"}},
		{"2.3.21 SORT-AS of N", []string{"FN:X", `N;SORT-AS="Harten","Rene":van der Harten;Rene;J.;Sir;R.D.O.N.`}, `{"full":"X","components":[{"kind":"title","value":"Sir"},{"kind":"given","value":"Rene"},{"kind":"given2","value":"J."},{"kind":"surname","value":"van der Harten"},{"kind":"credential","value":"R.D.O.N."}],"sortAs":{"surname":"Harten","given":"Rene"}}`, []string{"N;SORT-AS=Harten,Rene:van der Harten;Rene;J.;Sir;R.D.O.N."}},
		{"2.3.15 PHONETIC, 2.3.19 SCRIPT of N", []string{"FN:X", "N;ALTID=1:山田;太郎;;;", "N;ALTID=1;PHONETIC=ipa;SCRIPT=Latn:jamada;taɾoː;;;"}, `{"full":"X","components":[{"kind":"given","value":"太郎","phonetic":"taɾoː"},{"kind":"surname","value":"山田","phonetic":"jamada"}],"phoneticScript":"Latn","phoneticSystem":"ipa"}`, nil},
		{"3.3.1 JSCOMPS of N", []string{"FN:X", `N;JSCOMPS=";1;0;4;4,1":Stevenson;John;;;Jr.,M.D.`}, `{"full":"X","components":[{"kind":"given","value":"John"},{"kind":"surname","value":"Stevenson"},{"kind":"credential","value":"Jr."},{"kind":"credential","value":"M.D."}],"isOrdered":true}`, nil},
		{"3.3.1 JSCOMPS with a repeated generation", []string{"FN:X", `N;JSCOMPS=";1;0;6;4":Stevenson;John;;;M.D.,Jr.;;Jr.`}, `{"full":"X","components":[{"kind":"given","value":"John"},{"kind":"surname","value":"Stevenson"},{"kind":"generation","value":"Jr."},{"kind":"credential","value":"M.D."}],"isOrdered":true}`, nil},
		{"3.3.1 JSCOMPS with a secondary surname alone", []string{"FN:X", `N;JSCOMPS=";1;5":Garcia;Maria;;;;Garcia;`}, `{"full":"X","components":[{"kind":"given","value":"Maria"},{"kind":"surname2","value":"Garcia"}],"isOrdered":true}`, nil},
	}
}

func TestRFC9555(t *testing.T) {
	t.Parallel()
	for _, c := range append(parameterRows(), propertyRows()...) {
		t.Run(c.section, func(t *testing.T) {
			t.Parallel()
			lines := append([]string{"UID:urn:uuid:1", "FN:X"}, c.lines...)
			converts(t, c, lines, func(card *vcard.Card) string {
				var members map[string]json.RawMessage
				require.NoError(t, json.Unmarshal([]byte(asJSON(card)), &members))
				for _, known := range []string{"@type", "version", "uid", "name"} {
					delete(members, known)
				}
				text, err := json.Marshal(members)
				require.NoError(t, err)
				return string(text)
			}, "{"+c.want+"}")
		})
	}
	for _, c := range nameRows() {
		t.Run(c.section, func(t *testing.T) {
			t.Parallel()
			converts(t, c, append([]string{"UID:urn:uuid:1"}, c.lines...), func(card *vcard.Card) string {
				var members map[string]json.RawMessage
				require.NoError(t, json.Unmarshal([]byte(asJSON(card)), &members))
				require.NotContains(t, members, "vCardProps")
				require.NotContains(t, members, "localizations")
				return string(members["name"])
			}, c.want)
		})
	}
}

// converts checks a row in both directions.
func converts(t *testing.T, c conversion, lines []string, members func(*vcard.Card) string, want string) {
	t.Helper()
	if c.section == "2.3.7 DERIVED" {
		lines = []string{"UID:urn:uuid:1", c.lines[0]}
	}
	cards, err := vcard.Decode([]byte(in("4.0", lines...)), nil)
	require.NoError(t, err)
	require.Len(t, cards, 1)
	require.JSONEq(t, want, members(&cards[0]))
	text, err := vcard.Encode(cards, nil)
	require.NoError(t, err)
	written := c.written
	if written == nil {
		written = c.lines
	}
	for _, l := range written {
		require.Contains(t, unfolded(text), "\r\n"+l+"\r\n")
	}
	if c.section[:5] != "3.2.1" {
		require.NotContains(t, string(text), "JSPROP", "vCard has a place for it")
	}
	roundTrips(t, &cards[0])
	fromJSON, err := vcard.DecodeJSContact([]byte(asJSON(&cards[0])), nil)
	require.NoError(t, err)
	again, err := vcard.Encode([]vcard.Card{fromJSON}, nil)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again), "by way of JSContact")
}
