// Stranger judges Parley's notes, proofs and evidence of forks with golang.org/x/mod/sumdb.
//
// It reads a JSON array of cases and writes a JSON array of verdicts: "" for accepted, else why not.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// item is one question. Which fields are set depends on Check.
type item struct {
	Check    string
	Keys     []string // vkeys that must all have signed
	Note     []byte
	Entry    []byte
	Index    int64
	Old      int64
	Size     int64
	Root     []byte
	Before   []byte // the root at Old
	Hashes   [][]byte
	Evidence []byte
}

// head is a checkpoint read from a verified note.
type head struct {
	origin string
	size   int64
	root   tlog.Hash
}

// cosigner verifies type 0x04: an eight-byte time, then Ed25519 over the time and the note text.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(text, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	stated := binary.BigEndian.Uint64(sig)
	signed := append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", stated)), text...)
	return ed25519.Verify(c.key, signed, sig[8:])
}

func verifier(vkey string) (note.Verifier, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("no vkey")
	}
	data, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(data) != 33 {
		return nil, errors.New("no Ed25519 vkey")
	}
	if data[0] == 1 {
		return note.NewVerifier(vkey)
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), data...))
	hash := binary.BigEndian.Uint32(sum[:4])
	if data[0] != 4 || fmt.Sprintf("%08x", hash) != parts[1] {
		return nil, errors.New("key id does not fit")
	}
	return cosigner{parts[0], hash, ed25519.PublicKey(data[1:])}, nil
}

// open verifies a note under every one of the keys and reads its checkpoint.
func open(data []byte, vkeys []string) (head, error) {
	var verifiers []note.Verifier
	for _, vkey := range vkeys {
		v, err := verifier(vkey)
		if err != nil {
			return head{}, err
		}
		verifiers = append(verifiers, v)
	}
	opened, err := note.Open(data, note.VerifierList(verifiers...))
	if err != nil {
		return head{}, err
	}
	if len(opened.Sigs) != len(vkeys) {
		return head{}, fmt.Errorf("%d of %d keys signed", len(opened.Sigs), len(vkeys))
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return head{}, errors.New("a checkpoint has three lines")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || strconv.FormatInt(size, 10) != lines[1] {
		return head{}, errors.New("no size")
	}
	root, err := tlog.ParseHash(lines[2])
	return head{lines[0], size, root}, err
}

func parse(data [][]byte) (list []tlog.Hash, err error) {
	for _, d := range data {
		var h tlog.Hash
		if copy(h[:], d) != tlog.HashSize || len(d) != tlog.HashSize {
			return nil, errors.New("a hash of another length")
		}
		list = append(list, h)
	}
	return list, nil
}

// decode reads base64 that re-encodes to itself: encoding/json alone forgives set padding bits.
func decode(texts []string) ([]tlog.Hash, error) {
	var data [][]byte
	for _, text := range texts {
		d, err := base64.StdEncoding.Strict().DecodeString(text)
		if err != nil {
			return nil, err
		}
		data = append(data, d)
	}
	return parse(data)
}

// evidence is Parley's file about a fork (docs/formats.md, "Evidence of a fork").
type evidence struct {
	Format string   `json:"format"`
	Origin string   `json:"origin"`
	Heads  []string `json:"heads"`
	Proof  []string `json:"proof"`
	Root   string   `json:"root"`
}

// fork accepts two heads of one log, both signed, that cannot both be true.
func fork(it item) error {
	var e evidence
	decoder := json.NewDecoder(bytes.NewReader(it.Evidence))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&e); err != nil {
		return err
	}
	if e.Format != "parley/fork/1" || len(e.Heads) != 2 {
		return errors.New("no evidence of a fork")
	}
	a, err := open([]byte(e.Heads[0]), it.Keys)
	if err != nil {
		return err
	}
	b, err := open([]byte(e.Heads[1]), it.Keys)
	if err != nil {
		return err
	}
	if a.origin != e.Origin || b.origin != e.Origin {
		return errors.New("not the log it names")
	}
	if a.size == b.size {
		if bytes.Equal(a.root[:], b.root[:]) || len(e.Proof) != 0 || e.Root != "" {
			return errors.New("one and the same head")
		}
		return nil
	}
	// Of two sizes: a proof leads to the larger root from a root of the smaller size that differs.
	list, err := decode(append([]string{e.Root}, e.Proof...))
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(list[1:], b.size, b.root, a.size, list[0]); err != nil {
		return err
	}
	if a.root == list[0] {
		return errors.New("the heads are consistent")
	}
	return nil
}

// roots reads the two roots and the hashes of a case; Root is always there, Before may be absent.
func roots(it item) (root, before tlog.Hash, proof tlog.TreeProof, err error) {
	if it.Before == nil {
		it.Before = it.Root
	}
	ends, err := parse([][]byte{it.Root, it.Before})
	if err != nil {
		return root, before, nil, err
	}
	list, err := parse(it.Hashes)
	return ends[0], ends[1], list, err
}

func judge(it item) error {
	switch it.Check {
	case "note":
		_, err := open(it.Note, it.Keys)
		return err
	case "inclusion":
		root, _, proof, err := roots(it)
		if err != nil {
			return err
		}
		leaf := tlog.RecordHash(it.Entry)
		return tlog.CheckRecord(tlog.RecordProof(proof), it.Size, root, it.Index, leaf)
	case "consistency":
		root, before, proof, err := roots(it)
		if err != nil {
			return err
		}
		return tlog.CheckTree(proof, it.Size, root, it.Old, before)
	case "fork":
		return fork(it)
	}
	return errors.New("no such check")
}

func main() {
	var items []item
	if err := json.NewDecoder(os.Stdin).Decode(&items); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	verdicts := make([]string, len(items))
	for i, it := range items {
		if err := judge(it); err != nil {
			verdicts[i] = err.Error()
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(verdicts); err != nil {
		os.Exit(2)
	}
}
