import { Controller } from '@nestjs/common';
import { Handles, Input, type InputOf } from '@gatehouse/service-host';
import {
  createDirectory,
  createDirectoryToken,
  deleteDirectory,
  deleteDirectoryToken,
  type DirectoryTokenView,
  type DirectoryView,
  getDirectory,
  listDirectories,
  listDirectoryTokens,
  updateDirectory,
} from './directories.operations.js';
import { DirectoriesService } from './directories.service.js';
import { TokensService } from './tokens.service.js';

type Page<T> = Promise<{ items: T[]; nextCursor: null }>;

@Controller()
export class DirectoriesController {
  constructor(
    private readonly directories: DirectoriesService,
    private readonly tokens: TokensService,
  ) {}

  @Handles(listDirectories)
  async list(@Input() { params }: InputOf<typeof listDirectories>): Page<DirectoryView> {
    return { items: await this.directories.list(params.accountId), nextCursor: null };
  }

  @Handles(createDirectory)
  create(@Input() { caller, params, body }: InputOf<typeof createDirectory>): Promise<DirectoryView> {
    return this.directories.create(caller, params.accountId, body);
  }

  @Handles(getDirectory)
  get(@Input() { params }: InputOf<typeof getDirectory>): Promise<DirectoryView> {
    return this.directories.get(params.accountId, params.directoryId);
  }

  @Handles(updateDirectory)
  update(@Input() { caller, params, body }: InputOf<typeof updateDirectory>): Promise<DirectoryView> {
    return this.directories.update(caller, params.accountId, params.directoryId, body);
  }

  @Handles(deleteDirectory)
  delete(@Input() { caller, params }: InputOf<typeof deleteDirectory>): Promise<void> {
    return this.directories.remove(caller, params.accountId, params.directoryId);
  }

  @Handles(listDirectoryTokens)
  async listTokens(@Input() { params }: InputOf<typeof listDirectoryTokens>): Page<DirectoryTokenView> {
    return { items: await this.tokens.list(params.accountId, params.directoryId), nextCursor: null };
  }

  @Handles(createDirectoryToken)
  createToken(@Input() { caller, params }: InputOf<typeof createDirectoryToken>) {
    return this.tokens.create(caller, params.accountId, params.directoryId);
  }

  @Handles(deleteDirectoryToken)
  deleteToken(@Input() { caller, params }: InputOf<typeof deleteDirectoryToken>): Promise<void> {
    return this.tokens.revoke(caller, params.accountId, params.directoryId, params.tokenId);
  }
}
