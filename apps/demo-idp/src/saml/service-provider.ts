/** An application that may ask for sign-ins. Assertions go to its registered address alone. */
export interface ServiceProvider {
  entityId: string;
  acsUrl: string;
}
