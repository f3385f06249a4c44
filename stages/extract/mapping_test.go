package extract

import (
	"os"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/rollcall-data/rollcall/pipeline/record"
)

// mapped gives the field of each column that is mapped, by its name, for a file with the header and one row of values.
func mapped(t *testing.T, header, values string) map[string]record.Field {
	t.Helper()
	rows := values + "\n" + strings.Replace(strings.Replace(values, "1", "2", 1), "4711", "4712", 1)
	e, err := Open(Source{Name: "s", Files: []File{file(t, "x.csv", []byte(header+"\n"+rows+"\n"))}, Format: Format{Delimiter: "|"}})
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]record.Field)
	for _, c := range e.maps[0].columns {
		out[e.tables[0].header[c.at]] = c.field
	}
	return out
}

// Each case is a header as people and systems write it, a row, and the fields of its columns in order; - is not mapped.
func TestHeaders(t *testing.T) {
	for name, c := range map[string][3]string{
		"English": {
			"Customer No|First Name|Surname|DOB|E-mail|Mobile|Address Line 1|Town|Post Code|Country|Newsletter|Notes",
			"1|Jane|Smith|1980-05-06|jane@acme-widgets.co.uk|+44 7700 900123|1 High St|Leeds|LS1 4AP|GB|yes|likes tea",
			"record_id|given_name|family_name|birth_date|email|phone|street|city|postcode|country|consent_email|-",
		},
		"German": {
			"KundenNr|Anrede|Vorname|Nachname|Geburtsdatum|E-Mail-Adresse|Telefon|Straße und Hausnummer|PLZ|Ort|Land|Erstellt am",
			"4711|Frau|Anna|Weiß|06.05.1980|anna@weiss-design.de|030 901821|Hauptstr. 5|10117|Berlin|DE|01.02.2020",
			"record_id|title|given_name|family_name|birth_date|email|phone|street|postcode|city|country|created_at",
		},
		"French": {
			"N° client|Civilité|Prénom|Nom|Date de naissance|Courriel|Téléphone portable|Adresse|Code postal|Ville|Pays",
			"4711|Mme|Marie|Dubois|06/05/1980|marie@dubois-freres.fr|06 12 34 56 78|3 rue des Lilas|75001|Paris|FR",
			"record_id|title|given_name|family_name|birth_date|email|phone|street|postcode|city|country",
		},
		"Spanish": {
			"ID cliente|Nombre|Apellidos|Fecha de nacimiento|Correo electrónico|Móvil|Dirección|Código postal|Población|Provincia|País",
			"4711|José|García López|06/05/1980|jose@garcia-lopez.es|612 345 678|Calle Mayor 1|28013|Madrid|Madrid|ES",
			"record_id|given_name|family_name|birth_date|email|phone|street|postcode|city|region|country",
		},
		"Portuguese": {
			"Código do cliente|Nome|Sobrenome|Data de nascimento|E-mail|Telemóvel|Morada|Código postal|Cidade|País",
			"4711|João|da Silva|06/05/1980|joao@silva-filhos.pt|912 345 678|Rua Augusta 1|1100-048|Lisboa|PT",
			"record_id|given_name|family_name|birth_date|email|phone|street|postcode|city|country",
		},
		"Italian": {
			"Codice cliente|Nome|Cognome|Data di nascita|Indirizzo email|Cellulare|Indirizzo|CAP|Città|Provincia|Nazione",
			"4711|Luca|Rossi|06/05/1980|luca@rossi-vini.it|347 123 4567|Via Roma 1|00184|Roma|RM|IT",
			"record_id|given_name|family_name|birth_date|email|phone|street|postcode|city|region|country",
		},
		"Dutch": {
			"Klantnummer|Voornaam|Achternaam|Geboortedatum|E-mailadres|Mobiel|Straat|Postcode|Plaats|Land",
			"4711|Jan|Jansen|06-05-1980|jan@jansen-fietsen.nl|06 12345678|Damrak 1|1012 LG|Amsterdam|NL",
			"record_id|given_name|family_name|birth_date|email|phone|street|postcode|city|country",
		},
		"Salesforce": {
			"Contact ID|Salutation|First Name|Last Name|Account Name|Mailing Street|Mailing City|Mailing State/Province|Mailing Zip/Postal Code|Mailing Country|Phone|Mobile|Email|Email Opt Out|Do Not Call|Birthdate|Created Date|Last Modified Date",
			"0031|Ms.|Jane|Smith|Acme Ltd|1 High St|Leeds|West Yorkshire|LS1 4AP|United Kingdom|0113 496 1234|07700 900123|jane@acme-widgets.co.uk|0|1|1980-05-06|2019-01-02|2024-05-06",
			"record_id|title|given_name|family_name|company|street|city|region|postcode|country|phone|phone|email|do_not_contact|do_not_call|birth_date|created_at|updated_at",
		},
		"HubSpot": {
			"Record ID|First Name|Last Name|Email|Phone Number|Mobile Phone Number|Street Address|City|State/Region|Postal Code|Country/Region|Company Name|Lifecycle Stage|Create Date|Last Modified Date|Unsubscribed from all email|Contact owner",
			"4711|Jane|Smith|jane@acme-widgets.co.uk|0113 496 1234|07700 900123|1 High St|Leeds|West Yorkshire|LS1 4AP|GB|Acme|customer|2019-01-02 10:11|2024-05-06 10:11|false|Per Lund",
			"record_id|given_name|family_name|email|phone|phone|street|city|region|postcode|country|company|lifecycle_stage|created_at|updated_at|do_not_contact|-",
		},
		"Dynamics": {
			"Contact|First Name|Last Name|Email|Business Phone|Mobile Phone|Address 1: Street 1|Address 1: City|Address 1: State/Province|Address 1: ZIP/Postal Code|Address 1: Country/Region|Do not allow Emails|Do not allow Phone Calls|Created On|Modified On",
			"5f1c-1|Jane|Smith|jane@acme-widgets.co.uk|0113 496 1234|07700 900123|1 High St|Leeds|West Yorkshire|LS1 4AP|GB|Allow|Do Not Allow|2019-01-02 10:11|2024-05-06 10:11",
			"record_id|given_name|family_name|email|phone|phone|street|city|region|postcode|country|do_not_contact|do_not_call|created_at|updated_at",
		},
		"Mailchimp": {
			"Email Address|First Name|Last Name|Address|Phone Number|Birthday|MEMBER_RATING|OPTIN_TIME|OPTIN_IP|CONFIRM_TIME|LAST_CHANGED|LEID|EUID|UNSUB_TIME",
			"jane@acme-widgets.co.uk|Jane|Smith|1 High St Leeds|0113 496 1234|05/06|3|2019-01-02 10:11:12|10.0.0.1|2019-01-02 10:11:12|2024-05-06 10:11:12|471100|ab12cd|2024-05-06 10:11:12",
			"email|given_name|family_name|street|phone|-|-|consent_at|-|-|updated_at|record_id|-|do_not_contact",
		},
		"Shopify": {
			"Customer ID|First Name|Last Name|Email|Accepts Email Marketing|Default Address Company|Default Address Address1|Default Address Address2|Default Address City|Default Address Province Code|Default Address Country Code|Default Address Zip|Phone|Accepts SMS Marketing|Total Spent|Total Orders|Note|Tax Exempt",
			"4711|Jane|Smith|jane@acme-widgets.co.uk|yes|Acme|1 High St|Flat 2|Leeds|ENG|GB|LS1 4AP|+441134961234|no|120.50|3|vip|no",
			"record_id|given_name|family_name|email|consent_email|company|street|street_2|city|region|country|postcode|phone|consent_sms|value|-|-|-",
		},
		"Google Contacts": {
			"First Name|Middle Name|Last Name|Name Prefix|Name Suffix|Nickname|Organization Name|Birthday|Notes|E-mail 1 - Label|E-mail 1 - Value|Phone 1 - Label|Phone 1 - Value|Address 1 - Label|Address 1 - Street|Address 1 - City|Address 1 - Region|Address 1 - Postal Code|Address 1 - Country",
			"Jane|Ann|Smith|Dr|Jr|Janey|Acme|1980-05-06|x|Home|jane@acme-widgets.co.uk|Mobile|+44 7700 900123|Home|1 High St|Leeds|Yorks|LS1 4AP|GB",
			"given_name|middle_name|family_name|title|suffix|-|company|birth_date|-|-|email|-|phone|-|street|city|region|postcode|country",
		},
		"Outlook": {
			"Title|First Name|Middle Name|Last Name|Suffix|Company|Business Street|Home Street|Home City|Home State|Home Postal Code|Home Country/Region|Business Phone|Home Phone|Mobile Phone|Birthday|Anniversary|E-mail Address|E-mail 2 Address|Gender|Language",
			"Ms|Jane|Ann|Smith|Jr|Acme|2 Work Rd|1 High St|Leeds|Yorks|LS1 4AP|GB|0113 496 1234|0113 496 1235|07700 900123|1980-05-06|2005-06-07|jane@acme-widgets.co.uk|j@acme-widgets.co.uk|Female|en",
			"title|given_name|middle_name|family_name|suffix|company|street|street|city|region|postcode|country|phone|phone|phone|birth_date|anniversary|email|email|gender|language",
		},
		"vCard": {
			"UID|FN|N.Family|N.Given|TEL|EMAIL|ORG|BDAY|ADR.Street|ADR.Locality|ADR.Postal Code|ADR.Country",
			"4711|Jane Smith|Smith|Jane|+44 7700 900123|jane@acme-widgets.co.uk|Acme|1980-05-06|1 High St|Leeds|LS1 4AP|GB",
			"record_id|-|family_name|given_name|phone|email|company|birth_date|street|city|postcode|country",
		},
		"values against names": {
			"id|name|email|phone|postcode|birth date",
			"4711|Jane Smith|Jane Smith|jane@acme-widgets.co.uk|somewhere in the north|blue",
			"record_id|full_name|-|-|-|-",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := mapped(t, c[0], c[1])
			header, want := strings.Split(c[0], "|"), strings.Split(c[2], "|")
			for i, h := range header {
				field, ok := got[h]
				if !ok && want[i] != "-" || ok && field.String() != want[i] {
					t.Errorf("%s: %v %v, want %s", h, ok, field, want[i])
				}
			}
		})
	}
}

func TestNoHeader(t *testing.T) {
	e, err := Open(Source{Name: "s", Files: []File{file(t, "x.csv", []byte("4711;Jane Smith;jane@acme-widgets.co.uk;+44 113 496 1234;1980-05-06;GB\n4712;Per Lund;per@lund-hansen.se;+46 8 123 456 78;1975-01-31;SE\n"))}})
	if err != nil {
		t.Fatal(err)
	}
	if e.tables[0].HasHeader() {
		t.Error("the first row is taken for a header")
	}
	for _, f := range []record.Field{record.RecordID, record.FullName, record.Email, record.Phone, record.BirthDate, record.Country} {
		if !e.Maps(f) {
			t.Errorf("%s is not found", f)
		}
	}
}

func TestProposal(t *testing.T) {
	e, err := Open(Source{Name: "yes", Files: []File{file(t, "kunden #1.csv", []byte("Kunden: Nr;Vorname;Nachname;E-Mail;E-Mail 2;Bemerkung\n1;Jürgen;Müller;j@muellerbau.de;;x\n2;Anna;Weiß;a@weiss-design.de;b@weiss-design.de;y\n"))}})
	if err != nil {
		t.Fatal(err)
	}
	text := Propose([]*Extract{e})
	var doc struct {
		Sources []struct {
			Name    string
			Path    string
			Columns map[string]any
		}
	}
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	s := doc.Sources[0]
	if s.Name != "yes" || s.Path != "kunden #1.csv" || s.Columns["given_name"] != "Vorname" || len(s.Columns["email"].([]any)) != 2 {
		t.Errorf("%+v", s)
	}
	for _, want := range []string{"# delimiter: ; (", "# header: yes (", "# encoding: utf-8 (", "Bemerkung: not mapped"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// A phone's column may name a country; words that only look like a code do not.
func TestCountryOfAPhoneColumn(t *testing.T) {
	for name, want := range map[string]string{
		"Mobile (UK)": "GB", "phone_us": "US", "DE Telefon": "DE", "TEL UK": "GB", "Phone FR": "FR", "usPhone": "",
		"phone_no": "", "PHONE NO": "", "Mobile No": "", "phone_id": "", "Tel": "", "UK": "", "Phone 2": "", "telefone do trabalho": "", "tel_zz": "",
	} {
		if got := columnOf(0, record.Phone, name).country; got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
		if f, ok := lookup(name); want != "" && (!ok || f != record.Phone) {
			t.Errorf("%q is not known as a phone", name)
		}
	}
	if columnOf(0, record.Email, "Mail UK").country != "" {
		t.Error("an email's column has no country")
	}
	f := file(t, "x.csv", []byte("id,Tel,Mobile (UK),Name\n1,030 901820,07911 123457,Ann Lee\n2,,07911 123458,Bob Lee\n"))
	e, err := Open(Source{Name: "s", Files: []File{f}})
	if err != nil {
		t.Fatal(err)
	}
	var homes []string
	err = e.Read(t.Context(), 1, func(b Batch) error {
		for _, r := range b.Records {
			homes = append(homes, strings.Join(r.Phones, ";")+" "+strings.Join(r.PhoneHomes, ";"))
		}
		return nil
	})
	if want := "030 901820;07911 123457 ;GB|07911 123458 GB"; err != nil || strings.Join(homes, "|") != want {
		t.Errorf("%q, want %s: %v", homes, want, err)
	}
}

// TestPermissionThatIsLeftOutIsNamed: a mapping that a person wrote leaves out columns that forbid contact; those are
// named, whatever their case, kept ones too, and so are those that are taken already; no other column is.
func TestPermissionThatIsLeftOutIsNamed(t *testing.T) {
	text := "id|email|Unsubscribed|no_email|Do not contact|Do Not Call|Deceased|Notes|SMS Opt-Out\n1|a@quist.example|yes|1|x|no|no|x|1\n"
	e, err := Open(Source{
		Name: "s", Files: []File{file(t, "x.csv", []byte(text))}, Format: Format{Delimiter: "|"}, Keep: []string{"Unsubscribed"},
		Columns: map[record.Field][]string{record.RecordID: {"id"}, record.Email: {"email"}, record.ConsentSMS: {"SMS Opt-Out"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, u := range e.Unmapped() {
		if !u.Known {
			got = append(got, u.Column)
			continue
		}
		got = append(got, u.Column+" "+u.Denies.String())
	}
	want := "Unsubscribed do_not_contact, no_email consent_email, Do not contact do_not_contact, Do Not Call do_not_call, Deceased deceased, Notes"
	if strings.Join(got, ", ") != want {
		t.Errorf("%s, not %s", strings.Join(got, ", "), want)
	}
}

// TestPermissionColumns reads testdata/permissions.psv.
func TestPermissionColumns(t *testing.T) {
	b, err := os.ReadFile("testdata/permissions.psv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		want, headers, _ := strings.Cut(strings.TrimSpace(line), "|")
		if line[0] == '#' || want == "want" {
			continue
		}
		for header := range strings.SplitSeq(headers, ";") {
			got := "-"
			switch f, ok := lookupNested(header); {
			case ok && tellsPermission(f):
				got = f.String()
				if columnOf(0, f, header).kind != "" {
					got += "!"
				}
			case !ok && looksPermitting(header):
				got = "?"
			}
			if got != want {
				t.Errorf("%q is %s, not %s", header, got, want)
			}
		}
	}
}
