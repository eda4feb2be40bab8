//! Schemas that no derive can make.

use utoipa::openapi::{
    RefOr, Schema,
    schema::{AdditionalProperties, ObjectBuilder, SchemaType, Type},
};

/// An object with whatever in it.
pub(super) fn free_object() -> RefOr<Schema> {
    let open = AdditionalProperties::FreeForm(true);
    ObjectBuilder::new().schema_type(Type::Object).additional_properties(Some(open)).into()
}

/// A GeoJSON Polygon or MultiPolygon, or none.
pub(super) fn area() -> RefOr<Schema> {
    let open = AdditionalProperties::FreeForm(true);
    let kind = SchemaType::from_iter([Type::Object, Type::Null]);
    let object = ObjectBuilder::new().schema_type(kind).additional_properties(Some(open));
    object.description(Some("A GeoJSON Polygon or MultiPolygon, longitude first.")).into()
}

/// The word `snapshot`.
pub(super) fn snapshot() -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["snapshot"])).into()
}

/// The word `replay`.
pub(super) fn replay() -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["replay"])).into()
}
