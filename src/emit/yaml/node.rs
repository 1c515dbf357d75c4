//! One value at its place in the document: the value's `Serialize` enters, its scalar or the opened
//! map or list leaves. This is the serde `Serializer`; it writes as it is walked, so no tree stands
//! between type and text.

use std::fmt::{Display, Write as _};

use serde::Serialize;
use serde::ser::{self, Error as _};

use super::collection::{List, Map};
use super::{Error, scalar};

/// Where a value stands, which decides what is written between it and the text before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// At the start of the document.
    Document,
    /// A map key, at the start of its line or behind `- `.
    Key,
    /// Behind `key:`.
    Value,
    /// Behind `-`.
    Item,
}

/// A value that is about to be written.
pub(super) struct Node<'a> {
    pub(super) out: &'a mut String,
    /// The indent of the map or list that holds the value.
    pub(super) indent: usize,
    pub(super) place: Place,
}

impl<'a> Node<'a> {
    pub(super) fn document(out: &'a mut String) -> Self {
        Node { out, indent: 0, place: Place::Document }
    }

    fn gap(&mut self) {
        if matches!(self.place, Place::Value | Place::Item) {
            self.out.push(' ');
        }
    }

    /// Writes what is no string: numbers, booleans, null, and the empty map and list.
    pub(super) fn bare(mut self, scalar: impl Display) -> Result<(), Error> {
        if self.place == Place::Key {
            return Err(Error::Key);
        }
        self.gap();
        writeln!(self.out, "{scalar}").map_err(Error::custom)
    }
}

impl<'a> ser::Serializer for Node<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = List<'a>;
    type SerializeTuple = List<'a>;
    type SerializeTupleStruct = List<'a>;
    type SerializeTupleVariant = List<'a>;
    type SerializeMap = Map<'a>;
    type SerializeStruct = Map<'a>;
    type SerializeStructVariant = Map<'a>;

    fn serialize_str(mut self, text: &str) -> Result<(), Error> {
        self.gap();
        if self.place == Place::Value && scalar::is_block(text) {
            scalar::block(text, self.indent + 2, self.out);
        } else {
            scalar::write(text, self.out);
        }
        if self.place != Place::Key {
            self.out.push('\n');
        }
        Ok(())
    }

    fn serialize_char(self, c: char) -> Result<(), Error> {
        self.serialize_str(c.encode_utf8(&mut [0; 4]))
    }

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.bare(value)
    }

    fn serialize_i8(self, value: i8) -> Result<(), Error> {
        self.bare(value)
    }

    fn serialize_i16(self, value: i16) -> Result<(), Error> {
        self.bare(value)
    }

    fn serialize_i32(self, value: i32) -> Result<(), Error> {
        self.bare(value)
    }

    fn serialize_i64(self, value: i64) -> Result<(), Error> {
        self.bare(value)
    }

    fn serialize_u8(self, value: u8) -> Result<(), Error> {
        self.bare(value)
    }

    fn serialize_u16(self, value: u16) -> Result<(), Error> {
        self.bare(value)
    }

    fn serialize_u32(self, value: u32) -> Result<(), Error> {
        self.bare(value)
    }

    fn serialize_u64(self, value: u64) -> Result<(), Error> {
        self.bare(value)
    }

    // Rust's `Display` writes the shortest decimal that reads back as the same float, never an
    // exponent (which PyYAML would take for a string), and `50` for 50.0, as kubectl does.
    fn serialize_f32(self, value: f32) -> Result<(), Error> {
        if value.is_finite() { self.bare(value) } else { Err(Error::Float) }
    }

    fn serialize_f64(self, value: f64) -> Result<(), Error> {
        if value.is_finite() { self.bare(value) } else { Err(Error::Float) }
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Error> {
        Err(Error::Bytes)
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.bare("null")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.bare("null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.bare("null")
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(Map::open(self)?.only(variant))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'a>, Error> {
        List::open(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<List<'a>, Error> {
        List::open(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<List<'a>, Error> {
        List::open(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<List<'a>, Error> {
        List::open(Map::open(self)?.only(variant))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Map<'a>, Error> {
        Map::open(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Map<'a>, Error> {
        Map::open(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Map<'a>, Error> {
        Map::open(Map::open(self)?.only(variant))
    }
}
