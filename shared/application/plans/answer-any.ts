import type { Allowance } from './allowance.ts'
import { answeringByAssignment } from './answer-by-assignment.ts'
import { type Answer, answering } from './answer-question.ts'
import type { Question } from './pose-question.ts'

/** How far an answer is, by whichever method. */
type Progress = { readonly placed: number; readonly iterations?: number; readonly share?: number }

/** Answers a question by the method that it asks for. Apart from the methods, so that requests need not bring those that take minutes. */
export const answeringAny = (question: Question, allowance: Allowance): Generator<Progress, Answer> => {
  const { ask } = question
  const { algorithm } = ask
  return algorithm === 'assignment'
    ? answeringByAssignment(question, allowance)
    : answering({ ...question, ask: { ...ask, algorithm } }, allowance)
}
