/* libyaml's event parser, as Swift may call it. The event's data is a C union: one typed door per kind. */
#ifndef PPTRANSFER_CYAML_SHIM_H
#define PPTRANSFER_CYAML_SHIM_H
#include <yaml.h>

static inline const char *cyaml_scalar_text(const yaml_event_t *event) { return (const char *)event->data.scalar.value; }
static inline size_t cyaml_scalar_length(const yaml_event_t *event) { return event->data.scalar.length; }
static inline yaml_scalar_style_t cyaml_scalar_style(const yaml_event_t *event) { return event->data.scalar.style; }

/* The anchor that a node defines, or that an alias names; NULL if none. */
static inline const char *cyaml_anchor(const yaml_event_t *event) {
    switch (event->type) {
    case YAML_ALIAS_EVENT: return (const char *)event->data.alias.anchor;
    case YAML_SCALAR_EVENT: return (const char *)event->data.scalar.anchor;
    case YAML_SEQUENCE_START_EVENT: return (const char *)event->data.sequence_start.anchor;
    case YAML_MAPPING_START_EVENT: return (const char *)event->data.mapping_start.anchor;
    default: return NULL;
    }
}

/* The explicit tag of a node; NULL if none. */
static inline const char *cyaml_tag(const yaml_event_t *event) {
    switch (event->type) {
    case YAML_SCALAR_EVENT: return (const char *)event->data.scalar.tag;
    case YAML_SEQUENCE_START_EVENT: return (const char *)event->data.sequence_start.tag;
    case YAML_MAPPING_START_EVENT: return (const char *)event->data.mapping_start.tag;
    default: return NULL;
    }
}
#endif
