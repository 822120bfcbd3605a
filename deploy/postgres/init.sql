-- One role and one schema a service; nobody reads another's tables. Run once, as a superuser, by psql:
-- the passwords come from the environment.
\getenv account_password ACCOUNT_DB_PASSWORD
\getenv sso_config_password SSO_CONFIG_DB_PASSWORD
\getenv directory_sync_password DIRECTORY_SYNC_DB_PASSWORD
\getenv auth_gateway_password AUTH_GATEWAY_DB_PASSWORD

revoke create on schema public from public;

create role gatehouse_account login password :'account_password';
create schema account authorization gatehouse_account;
alter role gatehouse_account set search_path = account;

create role gatehouse_sso_config login password :'sso_config_password';
create schema sso_config authorization gatehouse_sso_config;
alter role gatehouse_sso_config set search_path = sso_config;

create role gatehouse_directory_sync login password :'directory_sync_password';
create schema directory_sync authorization gatehouse_directory_sync;
alter role gatehouse_directory_sync set search_path = directory_sync;

create role gatehouse_auth_gateway login password :'auth_gateway_password';
create schema auth_gateway authorization gatehouse_auth_gateway;
alter role gatehouse_auth_gateway set search_path = auth_gateway;
