// tsoa reads this file, and writes the document of its controllers.
import {
  Body,
  Controller,
  Delete,
  Deprecated,
  Example,
  FormField,
  Get,
  Header,
  OperationId,
  Patch,
  Path,
  Post,
  Queries,
  Query,
  Response,
  Route,
  Security,
  SuccessResponse,
  Tags,
  UploadedFile,
} from 'tsoa';

/**
 * @format uuid
 * @example "52907745-7672-470e-a803-a2f8feb52944"
 */
type Id = string;

interface Animal {
  id: Id;
  /** @minLength 1 @maxLength 40 */
  name: string;
  /** @isInt @minimum 0 */
  legs: number;
  born?: Date;
  weight: number | null;
  kind: 'cat' | 'dog';
  friends: Animal[];
  labels: Record<string, string>;
  readonly position: number[];
  anything: unknown;
}

type NewAnimal = Omit<Animal, 'id'>;
type Either = { cat: string } | { dog: number };

interface Filter {
  limit?: number;
  kinds?: Array<'cat' | 'dog'>;
}

interface Page<T> {
  items: T[];
  total: number;
}

@Route('animals')
@Tags('Animals')
export class Animals extends Controller {
  @Get()
  public async list(
    @Queries() filter: Filter,
    @Header('X-Trace') trace?: string,
  ): Promise<Page<Animal>> {
    return { items: [], total: 0 };
  }

  @Get('{id}')
  @Response<{ message: string }>(404, 'There is none')
  public async one(@Path() id: Id, @Query() at?: Date): Promise<Animal | null> {
    return null;
  }

  @Post()
  @Security('key')
  @SuccessResponse(201, 'Made')
  @Example<NewAnimal>({
    name: 'Tom',
    legs: 4,
    weight: null,
    kind: 'cat',
    friends: [],
    labels: {},
    position: [0, 0],
    anything: 1,
  })
  public async create(@Body() animal: NewAnimal): Promise<void> {}

  @Patch('{id}')
  @Security('oauth', ['write'])
  public async change(@Path() id: Id, @Body() changes: Partial<NewAnimal>): Promise<Either> {
    return { dog: 1 };
  }

  /** @isInt number */
  @Delete('{id}/{number}')
  @Deprecated()
  public async remove(@Path() id: Id, @Path() number: number): Promise<void> {}

  @Post('{id}/picture')
  @OperationId('SetPicture')
  public async picture(
    @Path() id: Id,
    @FormField() title: string,
    @UploadedFile() file: unknown,
  ): Promise<void> {}
}
