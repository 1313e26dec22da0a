package penstock;

/** The error that a record asks for. */
class JudgeError extends RuntimeException {
  private static final long serialVersionUID = 1;

  JudgeError(String message) {
    super(message);
  }
}
