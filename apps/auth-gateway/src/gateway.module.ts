import { Module } from '@nestjs/common';
import { AccessModule } from './access.module.js';
import { SignInModule } from './sign-in/sign-in.module.js';

@Module({ imports: [AccessModule, SignInModule] })
export class GatewayModule {}
