// Prints the document of a NestJS application, by @nestjs/swagger.
import 'reflect-metadata';
import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Module,
  Param,
  ParseUUIDPipe,
  Patch,
  Post,
  Query,
  UploadedFile,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ApiBasicAuth,
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiCookieAuth,
  ApiCreatedResponse,
  ApiExtension,
  ApiExtraModels,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiParam,
  ApiProperty,
  ApiPropertyOptional,
  ApiQuery,
  ApiResponse,
  ApiSecurity,
  ApiTags,
  DocumentBuilder,
  getSchemaPath,
  OmitType,
  PartialType,
  PickType,
  SwaggerModule,
} from '@nestjs/swagger';

enum Kind {
  Single = 'single',
  Double = 'double',
}
enum Floor {
  Ground,
  First,
}

class Guest {
  @ApiProperty({ minLength: 1, maxLength: 80, example: 'Ann' }) name: string;
  @ApiPropertyOptional({ format: 'email', nullable: true, type: String }) mail?: string | null;
  @ApiProperty({ type: 'string', format: 'date' }) born: string;
  @ApiProperty({ writeOnly: true }) password: string;
}

class Cat {
  @ApiProperty({ enum: ['cat'] }) kind: 'cat';
  @ApiProperty({ minimum: 0, maximum: 9 }) lives: number;
}
class Dog {
  @ApiProperty({ enum: ['dog'] }) kind: 'dog';
  @ApiProperty() name: string;
}

@ApiExtraModels(Cat, Dog)
class Room {
  @ApiProperty({ format: 'uuid', readOnly: true }) id: string;
  @ApiProperty({ enum: Kind, enumName: 'Kind', default: Kind.Single }) kind: Kind;
  @ApiProperty({ enum: Floor }) floor: Floor;
  @ApiProperty({ type: 'integer', minimum: 1, exclusiveMaximum: true, maximum: 100 }) beds: number;
  @ApiProperty({ type: Number, multipleOf: 0.5 }) price: number;
  @ApiProperty({ type: [Guest], minItems: 0, uniqueItems: true }) guests: Guest[];
  @ApiProperty({ type: () => Room, nullable: true, required: false }) next?: Room | null;
  @ApiProperty() changed: Date;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' } }) counts: Record<
    string,
    number
  >;
  @ApiProperty({ type: 'array', items: { type: 'array', items: { type: 'number' } } })
  plan: number[][];
  @ApiProperty({
    oneOf: [{ $ref: getSchemaPath(Cat) }, { $ref: getSchemaPath(Dog) }],
    discriminator: {
      propertyName: 'kind',
      mapping: { cat: getSchemaPath(Cat), dog: getSchemaPath(Dog) },
    },
  })
  pet: Cat | Dog;
}

class NewRoom extends OmitType(Room, ['id', 'next'] as const) {}
class ChangedRoom extends PartialType(NewRoom) {}
class RoomName extends PickType(Room, ['id', 'kind'] as const) {}

class Search {
  @ApiPropertyOptional({ type: [String], example: ['sea'] }) with?: string[];
  @ApiPropertyOptional({ minimum: 1, default: 1, type: 'integer' }) page?: number;
  @ApiPropertyOptional({ enum: Kind, isArray: true }) kinds?: Kind[];
  @ApiPropertyOptional() free?: boolean;
}

@ApiTags('rooms')
@ApiBearerAuth()
@Controller('rooms')
class Rooms {
  @Get() @ApiOkResponse({ type: [Room] }) list(@Query() search: Search): Room[] {
    return [];
  }

  @Get(':id')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiHeader({ name: 'X-Trace', required: false })
  @ApiOkResponse({ type: Room, headers: { ETag: { schema: { type: 'string' } } } })
  @ApiResponse({ status: '4XX', description: 'There is none.' })
  one(@Param('id', ParseUUIDPipe) id: string, @Headers('accept-language') language: string): Room {
    return null!;
  }

  @Post() @ApiCreatedResponse({ type: Room }) create(@Body() room: NewRoom): Room {
    return null!;
  }

  @Patch(':id') change(@Param('id') id: string, @Body() room: ChangedRoom): RoomName {
    return null!;
  }

  @Delete(':id') @HttpCode(204) @ApiNoContentResponse() remove(@Param('id') id: string): void {}

  @Post(':id/picture')
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: { type: 'object', properties: { file: { type: 'string', format: 'binary' } } },
  })
  picture(@Param('id') id: string, @UploadedFile() file: unknown): void {}
}

@Controller({ path: 'other', version: '1' })
class Others {
  @Get('basic') @ApiBasicAuth() basic(): string {
    return '';
  }
  @Get('cookie') @ApiCookieAuth() cookie(): number {
    return 0;
  }
  @Get('key') @ApiSecurity('key') key(): boolean {
    return true;
  }
  @Get('any') any(): unknown {
    return null;
  }
  @Post('many')
  @ApiExtension('x-note', { hi: true })
  @ApiOkResponse({
    schema: { allOf: [{ $ref: getSchemaPath(Cat) }, { properties: { more: { type: 'string' } } }] },
  })
  many(@Body() rooms: NewRoom[]): void {}
  @Get('range/:from/:to')
  @ApiQuery({ name: 'at', type: Date, required: false })
  range(@Param('from') from: number, @Param('to') to: number, @Query('at') at?: Date): string[] {
    return [];
  }
}

@Module({ controllers: [Rooms, Others] })
class Hotel {}

async function main(): Promise<void> {
  const app = await NestFactory.create(Hotel, { logger: ['error'] });
  app.setGlobalPrefix('api');
  const config = new DocumentBuilder()
    .setTitle('Hotel')
    .setVersion('1.0')
    .setDescription('Rooms.')
    .addServer('/')
    .addServer('https://{stage}.example.com', 'A stage', {
      stage: { default: 'test', enum: ['test', 'live'] },
    })
    .addBearerAuth()
    .addBasicAuth()
    .addCookieAuth('session')
    .addOAuth2()
    .addApiKey({ type: 'apiKey', name: 'X-Key', in: 'header' }, 'key')
    .addTag('rooms', 'All rooms')
    .build();
  console.log(JSON.stringify(SwaggerModule.createDocument(app, config), null, 1));
}

main();
