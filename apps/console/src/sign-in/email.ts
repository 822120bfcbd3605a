/** A first look only; the server decides what an address is. */
export const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
