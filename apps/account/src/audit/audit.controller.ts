import { Controller } from '@nestjs/common';
import { Handles, Input, type InputOf } from '@gatehouse/service-host';
import { listAudit, verifyAudit } from './audit.operations.js';
import { AuditService } from './audit.service.js';

@Controller()
export class AuditController {
  constructor(private readonly auditLog: AuditService) {}

  @Handles(listAudit)
  list(@Input() { params, query }: InputOf<typeof listAudit>) {
    return this.auditLog.list(params.accountId, query);
  }

  @Handles(verifyAudit)
  verify(@Input() { params }: InputOf<typeof verifyAudit>) {
    return this.auditLog.verify(params.accountId);
  }
}
