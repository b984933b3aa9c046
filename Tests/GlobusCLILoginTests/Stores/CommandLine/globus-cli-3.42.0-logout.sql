BEGIN TRANSACTION;
CREATE TABLE config_storage (
    namespace VARCHAR NOT NULL,
    config_name VARCHAR NOT NULL,
    config_data_json VARCHAR NOT NULL,
    PRIMARY KEY (namespace, config_name)
);
INSERT INTO "config_storage" VALUES('userprofile/production','auth_client_data','{"client_id": "5f1d2a6e-0000-4000-8000-000000000004", "client_secret": "made-up-secret"}');
INSERT INTO "config_storage" VALUES('userprofile/production','scope_contract_versions','{"auth.globus.org": 3, "flows.globus.org": 3, "groups.api.globus.org": 3, "search.api.globus.org": 3, "transfer.api.globus.org": 3}');
CREATE TABLE sdk_storage_adapter_internal (
    attribute VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    PRIMARY KEY (attribute)
);
INSERT INTO "sdk_storage_adapter_internal" VALUES('globus-sdk.version','4.8.0');
INSERT INTO "sdk_storage_adapter_internal" VALUES('globus-sdk.database_schema_version','1');
CREATE TABLE token_storage (
    namespace VARCHAR NOT NULL,
    resource_server VARCHAR NOT NULL,
    token_data_json VARCHAR NOT NULL,
    PRIMARY KEY (namespace, resource_server)
);
COMMIT;
