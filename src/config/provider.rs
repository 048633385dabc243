//! The options about an identity provider.

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use crate::http::{JwksUrl, ProviderSettings};

/// The identity provider whose signed tokens are taken besides the shop's.
#[derive(Clone, Debug, Args)]
pub struct ProviderOptions {
    /// Where an identity provider publishes the keys that its tokens are signed by, over https or
    /// http, e.g. `https://login.example/.well-known/jwks.json`. It may be given beside JWT_SECRET.
    /// Over http whoever is in between can sign any token.
    #[arg(long, env = "JWKS_URL")]
    pub jwks_url: Option<JwksUrl>,
    /// What `iss` of the provider's tokens must be [default: anything].
    #[arg(long, env = "JWT_ISSUER", value_parser = NonEmptyStringValueParser::new())]
    pub jwt_issuer: Option<String>,
    /// What `aud` of the provider's tokens must be or contain [default: anything]. Without it those
    /// that the provider makes for other programs are taken too.
    #[arg(long, env = "JWT_AUDIENCE", value_parser = NonEmptyStringValueParser::new())]
    pub jwt_audience: Option<String>,
    /// The claim of the provider's tokens that holds the role, a word or a list of words: its name,
    /// or a path such as `realm_access.roles` [default: role].
    #[arg(long, env = "JWT_ROLE_CLAIM", value_parser = NonEmptyStringValueParser::new())]
    pub jwt_role_claim: Option<String>,
}

impl ProviderOptions {
    /// The provider, if one is named.
    pub(super) fn settings(&self) -> Option<ProviderSettings> {
        let mut settings = ProviderSettings::new(self.jwks_url.clone()?);
        settings.issuer.clone_from(&self.jwt_issuer);
        settings.audience.clone_from(&self.jwt_audience);
        if let Some(claim) = &self.jwt_role_claim {
            settings.role_claim.clone_from(claim);
        }
        Some(settings)
    }

    /// Refuses what would be asked of nobody's tokens: who sets it counts on it.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.jwks_url.is_some() {
            return Ok(());
        }
        for (name, given) in [
            ("--jwt-issuer (JWT_ISSUER)", &self.jwt_issuer),
            ("--jwt-audience (JWT_AUDIENCE)", &self.jwt_audience),
            ("--jwt-role-claim (JWT_ROLE_CLAIM)", &self.jwt_role_claim),
        ] {
            if given.is_some() {
                return Err(format!(
                    "{name} is about an identity provider's tokens, and none is named: set \
                     --jwks-url (JWKS_URL) too. Tokens by the secret are not asked for it"
                ));
            }
        }
        Ok(())
    }
}
