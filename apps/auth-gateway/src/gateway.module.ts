import { Module } from '@nestjs/common';
import { AccessModule } from './access.module.js';

@Module({ imports: [AccessModule] })
export class GatewayModule {}
