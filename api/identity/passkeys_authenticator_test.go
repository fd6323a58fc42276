// An authenticator in software, of which a test can change everything (WebAuthn Level 3,
// sections 6.1 and 6.3).

package identity_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"

	"rose-ash.com/roseash/api/shared/contract"
)

// Flags of authenticator data.
const (
	userPresent  = 0x01
	userVerified = 0x04
	attested     = 0x40
)

// authenticator holds one passkey. Fields are what it puts into its answers.
type authenticator struct {
	t       testing.TB
	key     *ecdsa.PrivateKey
	id      []byte
	counter uint32
	flags   byte
	origin  string
	rpID    string // empty: that of the options
	user    []byte // the handle; empty: that of the options

	challenge string // empty: that of the options
	kind      string // empty: that of the ceremony
}

func newAuthenticator(t testing.TB) *authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	a := &authenticator{t: t, key: key, id: make([]byte, 32), flags: userPresent | userVerified, origin: origin}
	_, _ = rand.Read(a.id)
	return a
}

// options are those of both ceremonies that the authenticator looks at.
type options struct {
	Challenge string `json:"challenge"`
	RPID      string `json:"rpId"`
	RP        struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"rp"`
	User struct {
		ID          string `json:"id"`
		Name        string `json:"name"`
		DisplayName string `json:"displayName"`
	} `json:"user"`
	UserVerification       string `json:"userVerification"`
	Attestation            string `json:"attestation"`
	AuthenticatorSelection struct {
		ResidentKey      string `json:"residentKey"`
		UserVerification string `json:"userVerification"`
	} `json:"authenticatorSelection"`
	ExcludeCredentials []struct {
		ID string `json:"id"`
	} `json:"excludeCredentials"`
	AllowCredentials []any `json:"allowCredentials"`
	Timeout          int   `json:"timeout"`
}

func read(t testing.TB, c contract.PasskeyCeremony) (o options) {
	t.Helper()
	if err := json.Unmarshal(c.Options, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (a *authenticator) clientData(kind, challenge string) []byte {
	raw, err := json.Marshal(map[string]any{"type": either(a.kind, kind), "challenge": either(a.challenge, challenge), "origin": a.origin, "crossOrigin": false})
	if err != nil {
		a.t.Fatal(err)
	}
	return raw
}

func (a *authenticator) data(rpID string, flags byte) []byte {
	hash := sha256.Sum256([]byte(either(a.rpID, rpID)))
	return binary.BigEndian.AppendUint32(append(hash[:], flags), a.counter)
}

func (a *authenticator) cbor(v any) []byte {
	raw, err := webauthncbor.Marshal(v)
	if err != nil {
		a.t.Fatal(err)
	}
	return raw
}

func (a *authenticator) answer(response map[string]any) json.RawMessage {
	raw, err := json.Marshal(map[string]any{
		"id": b64(a.id), "rawId": b64(a.id), "type": "public-key", "authenticatorAttachment": "platform",
		"clientExtensionResults": map[string]any{"credProps": map[string]any{"rk": true}}, "response": response,
	})
	if err != nil {
		a.t.Fatal(err)
	}
	return raw
}

// create answers a ceremony in which a passkey is made.
func (a *authenticator) create(c contract.PasskeyCeremony) json.RawMessage {
	o := read(a.t, c)
	if a.user == nil {
		a.user, _ = base64.RawURLEncoding.DecodeString(o.User.ID)
	}
	point, err := a.key.PublicKey.Bytes()
	if err != nil {
		a.t.Fatal(err)
	}
	cose := a.cbor(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]}) // RFC 9053 section 7.1.1
	data := append(a.data(o.RP.ID, a.flags|attested), make([]byte, 16)...)
	data = append(binary.BigEndian.AppendUint16(data, uint16(len(a.id))), a.id...)
	data = append(data, cose...)
	return a.answer(map[string]any{
		"clientDataJSON":    b64(a.clientData("webauthn.create", o.Challenge)),
		"attestationObject": b64(a.cbor(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})),
		"transports":        []string{"internal"},
	})
}

// sign answers a ceremony in which somebody signs in.
func (a *authenticator) sign(c contract.PasskeyCeremony) json.RawMessage {
	o := read(a.t, c)
	data, client := a.data(o.RPID, a.flags), a.clientData("webauthn.get", o.Challenge)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	if err != nil {
		a.t.Fatal(err)
	}
	return a.answer(map[string]any{
		"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": b64(a.user),
	})
}
