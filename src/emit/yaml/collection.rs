//! Maps and lists in block style: entries and items enter one by one, their lines leave.
//!
//! Whether a collection is empty shows only at its end (serde's length is a hint), so nothing is
//! written when one is opened: its first entry breaks the line, or its end writes `{}` or `[]`.

use serde::{Serialize, ser};

use super::node::{Node, Place};
use super::{Error, scalar};

/// The indent of the deepest map or list. A level of maps, or of lists in maps, takes two spaces,
/// so a document stays below the 128 levels at which the readers stop, and the stack below any
/// limit.
const MAX_INDENT: usize = 120;
const SPACES: &str = match str::from_utf8(&[b' '; MAX_INDENT]) {
    Ok(spaces) => spaces,
    Err(_) => "",
};

/// The longest text of a key in front of `:`, which readers look for no further than 1024
/// characters.
const MAX_KEY: usize = 1024;

/// What maps and lists share: the column of their lines, and how the first one joins the text
/// before it.
struct Lines<'a> {
    out: &'a mut String,
    indent: usize,
    place: Place,
    empty: bool,
}

impl<'a> Lines<'a> {
    /// `below_key` is the indent of the lines relative to the key that holds them.
    fn open(node: Node<'a>, below_key: usize) -> Result<Self, Error> {
        let indent = match node.place {
            Place::Document => 0,
            Place::Value => node.indent + below_key,
            Place::Item => node.indent + 2,
            Place::Key => return Err(Error::Key),
        };
        if indent > MAX_INDENT {
            return Err(Error::Depth);
        }
        Ok(Lines { out: node.out, indent, place: node.place, empty: true })
    }

    fn start_line(&mut self) {
        match self.place {
            _ if !self.empty => self.margin(),
            Place::Document | Place::Key => {}
            Place::Item => self.out.push(' '),
            Place::Value => {
                self.out.push('\n');
                self.margin();
            }
        }
        self.empty = false;
    }

    fn margin(&mut self) {
        self.out.push_str(SPACES.get(..self.indent).unwrap_or(SPACES));
    }

    fn end(self, if_empty: &str) -> Result<(), Error> {
        if !self.empty {
            return Ok(());
        }
        Node { out: self.out, indent: self.indent, place: self.place }.bare(if_empty)
    }
}

/// A map or struct, entry by entry.
pub(super) struct Map<'a>(Lines<'a>);

impl<'a> Map<'a> {
    pub(super) fn open(node: Node<'a>) -> Result<Self, Error> {
        Lines::open(node, 2).map(Map)
    }

    /// Makes this the map of one entry that stands for an enum variant with data; returns the
    /// entry's value.
    pub(super) fn only(mut self, variant: &str) -> Node<'a> {
        self.field(variant);
        Node { out: self.0.out, indent: self.0.indent, place: Place::Value }
    }

    fn field(&mut self, key: &str) {
        self.0.start_line();
        let start = self.0.out.len();
        scalar::write(key, self.0.out);
        self.end_key(start);
    }

    fn end_key(&mut self, start: usize) {
        if self.0.out.len() - start > MAX_KEY {
            self.0.out.insert_str(start, "? ");
            self.0.out.push('\n');
            self.0.margin();
        }
        self.0.out.push(':');
    }

    fn node(&mut self, place: Place) -> Node<'_> {
        Node { out: self.0.out, indent: self.0.indent, place }
    }
}

impl ser::SerializeMap for Map<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.0.start_line();
        let start = self.0.out.len();
        key.serialize(self.node(Place::Key))?;
        self.end_key(start);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(self.node(Place::Value))
    }

    fn end(self) -> Result<(), Error> {
        self.0.end("{}")
    }
}

impl ser::SerializeStruct for Map<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.field(key);
        value.serialize(self.node(Place::Value))
    }

    fn end(self) -> Result<(), Error> {
        self.0.end("{}")
    }
}

impl ser::SerializeStructVariant for Map<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        ser::SerializeStruct::serialize_field(self, key, value)
    }

    fn end(self) -> Result<(), Error> {
        ser::SerializeStruct::end(self)
    }
}

/// A list or tuple, item by item.
pub(super) struct List<'a>(Lines<'a>);

impl<'a> List<'a> {
    pub(super) fn open(node: Node<'a>) -> Result<Self, Error> {
        Lines::open(node, 0).map(List)
    }
}

impl ser::SerializeSeq for List<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Error> {
        self.0.start_line();
        self.0.out.push('-');
        item.serialize(Node { out: self.0.out, indent: self.0.indent, place: Place::Item })
    }

    fn end(self) -> Result<(), Error> {
        self.0.end("[]")
    }
}

impl ser::SerializeTuple for List<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Error> {
        ser::SerializeSeq::serialize_element(self, item)
    }

    fn end(self) -> Result<(), Error> {
        ser::SerializeSeq::end(self)
    }
}

impl ser::SerializeTupleStruct for List<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Error> {
        ser::SerializeSeq::serialize_element(self, item)
    }

    fn end(self) -> Result<(), Error> {
        ser::SerializeSeq::end(self)
    }
}

impl ser::SerializeTupleVariant for List<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Error> {
        ser::SerializeSeq::serialize_element(self, item)
    }

    fn end(self) -> Result<(), Error> {
        ser::SerializeSeq::end(self)
    }
}
