import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const gateway = process.env.GATEHOUSE_URL ?? 'http://localhost:8080';
const api = { target: gateway };

export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ['@gatehouse/source', 'module', 'browser', 'development|production'] },
  build: { target: 'es2023', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: {
    port: 5173,
    proxy: { '/api': api, '/auth': api, '/saml': api, '/oidc': api },
  },
});
