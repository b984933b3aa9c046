BEGIN TRANSACTION;
CREATE TABLE config_storage (
    namespace VARCHAR NOT NULL,
    config_name VARCHAR NOT NULL,
    config_data_json VARCHAR NOT NULL,
    PRIMARY KEY (namespace, config_name)
);
INSERT INTO "config_storage" VALUES('userprofile/production','auth_client_data','{"client_id": "5f1d2a6e-0000-4000-8000-000000000004", "client_secret": "made-up-secret"}');
INSERT INTO "config_storage" VALUES('userprofile/production','auth_user_data','{"sub": "5f1d2a6e-0000-4000-8000-000000000003"}');
CREATE TABLE sdk_storage_adapter_internal (
    attribute VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    PRIMARY KEY (attribute)
);
INSERT INTO "sdk_storage_adapter_internal" VALUES('globus-sdk.version','3.0.2');
INSERT INTO "sdk_storage_adapter_internal" VALUES('globus-sdk.database_schema_version','1');
CREATE TABLE token_storage (
    namespace VARCHAR NOT NULL,
    resource_server VARCHAR NOT NULL,
    token_data_json VARCHAR NOT NULL,
    PRIMARY KEY (namespace, resource_server)
);
INSERT INTO "token_storage" VALUES('userprofile/production','auth.globus.org','{"scope": "openid profile email urn:globus:auth:scope:auth.globus.org:view_identity_set", "access_token": "made-up-access-auth", "refresh_token": "made-up-refresh-auth", "token_type": "Bearer", "expires_at_seconds": 4000000000, "resource_server": "auth.globus.org"}');
INSERT INTO "token_storage" VALUES('userprofile/production','flows.globus.org','{"scope": "https://auth.globus.org/scopes/eec9b274-0c81-4334-bdc2-54e90e689b9a/view_flows", "access_token": "made-up-access-flows", "refresh_token": "made-up-refresh-flows", "token_type": "Bearer", "expires_at_seconds": 4000000000, "resource_server": "flows.globus.org"}');
INSERT INTO "token_storage" VALUES('userprofile/production','groups.api.globus.org','{"scope": "urn:globus:auth:scope:groups.api.globus.org:all", "access_token": "made-up-access-groups", "refresh_token": "made-up-refresh-groups", "token_type": "Bearer", "expires_at_seconds": 4000000000, "resource_server": "groups.api.globus.org"}');
INSERT INTO "token_storage" VALUES('userprofile/production','search.api.globus.org','{"scope": "urn:globus:auth:scope:search.api.globus.org:all", "access_token": "made-up-access-search", "refresh_token": "made-up-refresh-search", "token_type": "Bearer", "expires_at_seconds": 4000000000, "resource_server": "search.api.globus.org"}');
INSERT INTO "token_storage" VALUES('userprofile/production','transfer.api.globus.org','{"scope": "urn:globus:auth:scope:transfer.api.globus.org:all", "access_token": "made-up-access-transfer", "refresh_token": "made-up-refresh-transfer", "token_type": "Bearer", "expires_at_seconds": 4000000000, "resource_server": "transfer.api.globus.org"}');
COMMIT;
