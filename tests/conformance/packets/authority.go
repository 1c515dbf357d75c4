// A certificate authority for one run. In: SPIFFE IDs. Out: leaf certificates that Istio's sidecars accept, for both sides of TLS.
package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/url"
	"time"
)

// Authority is a root with its key. It lives in memory only.
type Authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	serial      int64
	// Root is the certificate as proxies are given it.
	Root []byte
}

// Leaf is a certificate with its key, in the form of files.
type Leaf struct{ Certificate, Key []byte }

// NewAuthority makes a root.
func NewAuthority(name string) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	a := &Authority{key: key, serial: 1}
	template := a.template(pkix.Name{CommonName: name})
	template.IsCA, template.BasicConstraintsValid, template.KeyUsage = true, true, x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	a.Root = encode("CERTIFICATE", der)
	a.certificate, err = x509.ParseCertificate(der)
	return a, err
}

func (a *Authority) template(subject pkix.Name) *x509.Certificate {
	a.serial++
	return &x509.Certificate{
		SerialNumber: big.NewInt(a.serial), Subject: subject,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
}

// Issue makes a leaf for an identity.
func (a *Authority) Issue(identity string) (Leaf, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Leaf{}, err
	}
	uri, err := url.Parse(identity)
	if err != nil {
		return Leaf{}, err
	}
	template := a.template(pkix.Name{Organization: []string{"packets"}})
	template.URIs = []*url.URL{uri}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	if err != nil {
		return Leaf{}, err
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return Leaf{}, err
	}
	return Leaf{Certificate: encode("CERTIFICATE", der), Key: encode("PRIVATE KEY", encoded)}, nil
}

// TLS is the leaf as Go's TLS takes it.
func (l Leaf) TLS() (tls.Certificate, error) { return tls.X509KeyPair(l.Certificate, l.Key) }

func encode(kind string, der []byte) []byte {
	var out bytes.Buffer
	_ = pem.Encode(&out, &pem.Block{Type: kind, Bytes: der})
	return out.Bytes()
}
